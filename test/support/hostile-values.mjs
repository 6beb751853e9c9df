/** What hostile packets are made of: values that somebody may not have thought of, and names. */
import fc from 'fast-check';

/** Names that `hostile-victim.mjs` knows. */
export const VICTIM = 'victim';
/** Of this node no packet is forged but answers under the name of others: a call to it must stay as it is. */
export const SILENT = 'silent';
const PEER = 'peer';

/** Text that goes into the JSON as it is. */
export class Raw {
  constructor(text) {
    this.text = text;
  }
}

/** JSON of a value that may hold `Raw`; maps are lists of entries, so that any key may come, and more than once. */
export function textOf(value) {
  if (value instanceof Raw) return value.text;
  if (value instanceof Entries) {
    return `{${value.entries.map(([key, inner]) => `${JSON.stringify(key)}:${textOf(inner)}`).join()}}`;
  }
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  return JSON.stringify(value) ?? 'null';
}

export class Entries {
  constructor(entries) {
    this.entries = entries;
  }
}

export const map = (object) => new Entries(Object.entries(object));
export const mapOf = (arbitrary, keys, options) =>
  fc.array(fc.tuple(keys, arbitrary), options).map((entries) => new Entries(entries));
export const often = (weight, arbitrary) => ({ weight, arbitrary });

const deep = fc
  .tuple(
    fc.constantFrom(50, 500, 3000, 7000, 7500, 8000, 20_000),
    fc.constantFrom(['[', ']'], ['{"a":', '}']),
  )
  .map(
    ([depth, [open, close]]) => new Raw(open.repeat(depth) + (open === '[' ? '' : '1') + close.repeat(depth)),
  );
const long = fc
  .tuple(fc.constantFrom(1024, 1025, 5000, 200_000), fc.constantFrom('x', 'a.', '*', '\u0000', '🙂'))
  .map(([length, part]) => part.repeat(length / part.length));
const poisoned = fc
  .constantFrom(
    '{"__proto__":{"polluted":true}}',
    '{"\\u005f_proto__":{"polluted":true}}',
    '{"a":{"b":{"__proto__":{"polluted":true}}}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"__proto__":null,"toString":1,"valueOf":2,"toJSON":3,"then":4,"pipe":5,"length":6}',
    '[{"__proto__":[]}]',
  )
  .map((text) => new Raw(text));
export const oddNumber = fc
  .constantFrom('1e308', '1e999', '-1e999', '-1', '0', '1e-320', '0.5', '9007199254740993')
  .map((text) => new Raw(text));
export const crowd = fc
  .constantFrom(100, 20_000)
  .map((length) => new Raw(JSON.stringify(Array.from({ length }, (_, i) => `g${i}`))));

/** Made once: fast-check takes its time for each, and the same ones may come again. */
const values = fc.constantFrom(...fc.sample(fc.jsonValue({ maxDepth: 3 }), { seed: 1, numRuns: 500 }));
export const texts = fc.constantFrom(...fc.sample(fc.string(), { seed: 2, numRuns: 300 }));
export const uuid = fc.noBias(fc.nat({ max: 0xffffffff })).map((n) => `0000-${n.toString(16)}`);

export const value = fc.oneof(
  often(20, values),
  often(10, poisoned),
  often(10, oddNumber),
  often(2, deep),
  often(1, long),
  often(4, fc.constantFrom(null, true, false, '', [], {})),
);

export const dictionary = fc.oneof(
  often(10, mapOf(values, texts, { maxLength: 3 })),
  often(4, poisoned),
  often(1, value),
);

const invented = fc.noBias(fc.nat({ max: 1e9 })).map((n) => `invented-${n}`);
export const oddName = fc.oneof(
  texts,
  fc.constantFrom('__proto__', 'constructor', 'toString', 'a\nb', '\u001b[31m', '*', '**', 'MOL', ' '),
  fc.constantFrom('x'.repeat(1024), 'x'.repeat(1025), 'a.'.repeat(10_000)),
);
/** Nothing comes under the name of `SILENT`. */
export const sender = fc.oneof(
  often(6, invented),
  often(4, fc.constant(PEER)),
  often(1, fc.constant(VICTIM)),
  often(1, oddName),
  often(1, value),
);

export const actionName = fc.oneof(
  often(
    8,
    fc.constantFrom(
      'live.echo',
      'live.add',
      'live.later',
      'live.fail',
      'live.secret',
      'live.inner',
      '$node.list',
      '$node.services',
      '$node.events',
    ),
  ),
  often(1, fc.constantFrom('missing.action', 'live', 'live.', '__proto__', 'constructor', 'toString')),
  often(1, oddName),
);
export const eventName = fc.oneof(
  often(4, fc.constantFrom('live.happened', 'user.created', 'user.a.b.created', 'x')),
  often(
    2,
    fc.constantFrom(
      '$node.connected',
      '$node.disconnected',
      '$services.changed',
      '$broker.started',
      '$transporter.connected',
      '$node.pong',
    ),
  ),
  often(
    1,
    fc.noBias(fc.nat({ max: 1e6 })).map((n) => `user.${n}`),
  ),
  often(1, oddName),
  often(1, fc.constant('.'.repeat(1000))),
);
