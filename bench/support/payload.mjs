/** What is sent, and whether what came back is the same. Every message bears its own number. */
import { isDeepStrictEqual } from 'node:util';

const FIRST = 1000; // four digits: `{"n":1000}` is 10 bytes, and stays so
const NUMBERS = 9000;

const RECORD = {
  id: 'c0ffee00-0000-4000-8000-000000000000',
  name: 'Ada Lovelace',
  tags: ['a', 'b'],
  active: true,
  score: 12.5,
};

/** A source of messages of so many bytes of JSON: plain records, and a text that fills what is left. */
export function payloads(size) {
  const rest = filling(size);
  let count = 0;
  return {
    next() {
      const n = FIRST + (count++ % NUMBERS);
      return rest === null ? { n } : { n, items: rest.items, text: rest.text };
    },
  };
}

function filling(size) {
  const bytes = (value) => JSON.stringify({ n: FIRST, ...value }).length;
  if (size <= bytes({})) return null;
  const items = [];
  while (bytes({ items: [...items, RECORD], text: '' }) <= size * 0.9) items.push(RECORD);
  return { items, text: 'x'.repeat(Math.max(0, size - bytes({ items, text: '' }))) };
}

const EVERY = 512;

/** Counts answers. The number is looked at each time, the whole answer now and then: that must not be what is measured. */
export class AnswerCheck {
  answers = 0;
  wrong = 0;
  /** The first wrong one, for the message. */
  example = null;

  take(sent, answer) {
    const right =
      answer?.n === sent.n && (this.answers % EVERY !== 0 || isDeepStrictEqual({ ...answer }, sent));
    this.answers++;
    if (!right) this.fail(`sent ${brief(sent)}, got ${brief(answer)}`);
  }

  fail(text) {
    this.wrong++;
    this.example ??= text;
  }

  result() {
    return { answers: this.answers, wrong: this.wrong, example: this.example };
  }
}

const brief = (value) => String(JSON.stringify(value)).slice(0, 80);
