/** What an invented node announces: services under any name, patterns that take long, far too much of everything. */
import fc from 'fast-check';
import {
  actionName,
  dictionary,
  Entries,
  map,
  mapOf,
  oddName,
  often,
  Raw,
  texts,
  value,
} from './hostile-values.mjs';

const patternPart = fc.constantFrom(
  'a',
  'user',
  '.',
  '*',
  '**',
  '?',
  '(',
  ')',
  '+',
  '|',
  '[ab]',
  '{5000}',
  '\\1',
  '(a+)+',
  '^',
  '$',
  'x',
);
const pattern = fc.oneof(
  often(2, fc.constantFrom('user.*', '**', '*', '$node.*', '$**', 'live.happened')),
  often(
    3,
    fc.array(patternPart, { maxLength: 12 }).map((parts) => parts.join('')),
  ),
  often(
    1,
    fc.constantFrom(
      '(a+)+*?b',
      `${'**a'.repeat(100)}b`,
      `${'('.repeat(300)}*${')'.repeat(300)}`,
      `[${'ab'.repeat(400)}]{900}*`,
    ),
  ),
  often(1, oddName),
);

/** An item of `actions` or `events`, under whatever key. */
const named = (name, extra) =>
  fc
    .record({
      name: fc.oneof(often(9, name), often(1, value)),
      extra: fc.array(fc.tuple(extra, value), { maxLength: 2 }),
    })
    .map(({ name: own, extra: more }) => new Entries([['name', own], ...more]));
const action = named(
  fc.oneof(
    fc.noBias(fc.nat({ max: 1e9 })).map((n) => `fake.a${n}`),
    actionName,
  ),
  fc.constantFrom(
    'visibility',
    'strategy',
    'strategyOptions',
    'timeout',
    'params',
    'rawName',
    'handler',
    '__proto__',
    'protected',
  ),
);
const event = named(pattern, fc.constantFrom('group', 'strategy', 'strategyOptions', '__proto__'));
export const service = fc
  .record({
    name: fc.oneof(
      often(
        5,
        fc.noBias(fc.nat({ max: 1e6 })).map((n) => `fake${n}`),
      ),
      often(1, fc.constantFrom('live', '$node', '__proto__')),
      often(1, value),
    ),
    version: fc.oneof(fc.constant(null), fc.nat(), value),
    settings: dictionary,
    metadata: dictionary,
    actions: fc.oneof(
      often(5, mapOf(action, texts, { maxLength: 5 })),
      often(1, fc.array(action, { maxLength: 3 })),
      often(1, value),
    ),
    events: fc.oneof(
      often(5, mapOf(event, texts, { maxLength: 5 })),
      often(1, fc.array(event, { maxLength: 3 })),
      often(1, value),
    ),
  })
  .map(map);
/** A lot, or far more than any node has. */
export const bigService = fc
  .tuple(fc.constantFrom(100, 100, 2000, 20_000), fc.noBias(fc.nat({ max: 1e6 })), fc.boolean())
  .map(([length, n, asEvents]) => {
    const items = Array.from(
      { length },
      (_, i) => `{"name":"${asEvents ? `e${n}.*.${i}` : `big${n}.a${i}`}"}`,
    );
    return map({ name: `big${n}`, [asEvents ? 'events' : 'actions']: new Raw(`[${items.join()}]`) });
  });
export const waiting = fc
  .constantFrom(100, 5000)
  .map((length) =>
    map({ $waiting: new Entries(Array.from({ length }, (_, i) => [`w${i}`, [`w${i + 1}`]])) }),
  );
