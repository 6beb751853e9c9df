/**
 * Packets of somebody who can publish any bytes on any channel: garbage, valid packets, and valid ones with fields changed, dropped
 * or of another type. A stream of them is settled by its seed: `hostilePackets(seed, n)` is always the same list, whatever came before.
 */
import fc from 'fast-check';

/** Names that `hostile-victim.mjs` knows. */
export const VICTIM = 'victim';
/** Of this node no packet is forged but answers under the name of others: a call to it must stay as it is. */
export const SILENT = 'silent';
const PEER = 'peer';

/** Text that goes into the JSON as it is. */
class Raw {
  constructor(text) {
    this.text = text;
  }
}

/** JSON of a value that may hold `Raw`; maps are lists of entries, so that any key may come, and more than once. */
function textOf(value) {
  if (value instanceof Raw) return value.text;
  if (value instanceof Entries) {
    return `{${value.entries.map(([key, inner]) => `${JSON.stringify(key)}:${textOf(inner)}`).join()}}`;
  }
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  return JSON.stringify(value) ?? 'null';
}

class Entries {
  constructor(entries) {
    this.entries = entries;
  }
}

const map = (object) => new Entries(Object.entries(object));
const mapOf = (arbitrary, keys, options) =>
  fc.array(fc.tuple(keys, arbitrary), options).map((entries) => new Entries(entries));
const often = (weight, arbitrary) => ({ weight, arbitrary });

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
const oddNumber = fc
  .constantFrom('1e308', '1e999', '-1e999', '-1', '0', '1e-320', '0.5', '9007199254740993')
  .map((text) => new Raw(text));
const crowd = fc
  .constantFrom(100, 20_000)
  .map((length) => new Raw(JSON.stringify(Array.from({ length }, (_, i) => `g${i}`))));

/** Made once: fast-check takes its time for each, and the same ones may come again. */
const values = fc.constantFrom(...fc.sample(fc.jsonValue({ maxDepth: 3 }), { seed: 1, numRuns: 500 }));
const texts = fc.constantFrom(...fc.sample(fc.string(), { seed: 2, numRuns: 300 }));
const uuid = fc.noBias(fc.nat({ max: 0xffffffff })).map((n) => `0000-${n.toString(16)}`);

const value = fc.oneof(
  often(20, values),
  often(10, poisoned),
  often(10, oddNumber),
  often(2, deep),
  often(1, long),
  often(4, fc.constantFrom(null, true, false, '', [], {})),
);

const dictionary = fc.oneof(
  often(10, mapOf(values, texts, { maxLength: 3 })),
  often(4, poisoned),
  often(1, value),
);

const invented = fc.noBias(fc.nat({ max: 1e9 })).map((n) => `invented-${n}`);
const oddName = fc.oneof(
  texts,
  fc.constantFrom('__proto__', 'constructor', 'toString', 'a\nb', '\u001b[31m', '*', '**', 'MOL', ' '),
  fc.constantFrom('x'.repeat(1024), 'x'.repeat(1025), 'a.'.repeat(10_000)),
);
/** Nothing comes under the name of `SILENT`. */
const sender = fc.oneof(
  often(6, invented),
  often(4, fc.constant(PEER)),
  often(1, fc.constant(VICTIM)),
  often(1, oddName),
  often(1, value),
);

const actionName = fc.oneof(
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
const eventName = fc.oneof(
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
const service = fc
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
/** Far more than any node has. */
const bigService = fc
  .tuple(fc.constantFrom(2000, 20_000), fc.nat({ max: 1e6 }), fc.boolean())
  .map(([length, n, asEvents]) => {
    const items = Array.from(
      { length },
      (_, i) => `{"name":"${asEvents ? `e${n}.*.${i}` : `big${n}.a${i}`}"}`,
    );
    return map({ name: `big${n}`, [asEvents ? 'events' : 'actions']: new Raw(`[${items.join()}]`) });
  });
const waiting = fc
  .constantFrom(100, 5000)
  .map((length) =>
    map({ $waiting: new Entries(Array.from({ length }, (_, i) => [`w${i}`, [`w${i + 1}`]])) }),
  );

const origin = {
  meta: fc.oneof(often(6, dictionary), often(1, fc.constant('{"a":{"__proto__":{"polluted":true}}}'))),
  headers: dictionary,
  level: fc.oneof(fc.nat({ max: 5 }), oddNumber),
  tracing: fc.constantFrom(null, true, false),
  parentID: fc.oneof(fc.constant(null), texts, oddName),
  requestID: fc.oneof(fc.constant(null), texts, oddName),
  caller: fc.oneof(fc.constant(null), texts, oddName),
};

/** The fields of each packet, the way a decent node would send them, more or less. */
const BODIES = (pendingID) => ({
  REQ: fc.record({
    id: uuid,
    action: actionName,
    params: value,
    timeout: fc.oneof(fc.constant(1000), oddNumber),
    stream: fc.constantFrom(false, null, true),
    ...origin,
  }),
  RES: fc.record({
    id: fc.oneof(fc.constant(pendingID), uuid),
    success: fc.boolean(),
    data: value,
    error: fc.oneof(
      fc.constant(null),
      fc.constant(new Raw('{"name":"RequestTimeoutError","message":"x"}')),
      value,
    ),
    meta: origin.meta,
    headers: dictionary,
    stream: fc.constantFrom(false, true),
  }),
  EVENT: fc.record({
    id: uuid,
    event: eventName,
    data: fc.constant({ forged: true }),
    groups: fc.oneof(
      often(20, fc.constant(null)),
      often(10, fc.constant(['live'])),
      often(1, crowd),
      often(5, value),
    ),
    broadcast: fc.boolean(),
    ...origin,
  }),
  INFO: fc.record({
    services: fc.oneof(
      often(30, fc.array(service, { maxLength: 3 })),
      often(1, fc.array(bigService, { maxLength: 1 })),
      often(1, value),
    ),
    ipList: fc.oneof(fc.constant(['10.0.0.1']), value),
    hostname: fc.oneof(texts, value),
    client: dictionary,
    config: dictionary,
    instanceID: fc.oneof(uuid, value),
    metadata: fc.oneof(often(5, dictionary), often(1, waiting)),
    seq: fc.oneof(fc.nat({ max: 20 }), oddNumber, value),
  }),
  DISCOVER: fc.constant({}),
  DISCONNECT: fc.constant({}),
  HEARTBEAT: fc.record({ cpu: fc.oneof(fc.nat({ max: 100 }), oddNumber, value) }),
  PING: fc.record({ time: fc.oneof(fc.nat(), oddNumber, value), id: fc.oneof(uuid, value) }),
  PONG: fc.record({
    time: fc.oneof(fc.nat(), value),
    id: fc.oneof(uuid, value),
    arrived: fc.oneof(fc.nat(), value),
  }),
});

const TYPES = [
  'REQ',
  'REQ',
  'REQ',
  'RES',
  'EVENT',
  'EVENT',
  'INFO',
  'INFO',
  'DISCOVER',
  'DISCONNECT',
  'HEARTBEAT',
  'PING',
  'PONG',
];
/** A topic of all, of one, or both. */
const ALL = ['DISCOVER', 'INFO', 'PING', 'DISCONNECT', 'HEARTBEAT'];
const ONE = ['EVENT', 'REQ', 'RES', 'DISCOVER', 'INFO', 'PING', 'PONG'];

const mutation = fc.oneof(
  often(3, fc.record({ how: fc.constant('drop'), at: fc.nat({ max: 20 }) })),
  often(3, fc.record({ how: fc.constant('replace'), at: fc.nat({ max: 20 }), value })),
  often(
    1,
    fc.record({
      how: fc.constant('add'),
      key: fc.constantFrom('__proto__', 'constructor', 'toJSON', 'sender', 'ver'),
      value,
    }),
  ),
);

function mutated(entries, mutations) {
  let result = entries;
  for (const { how, at, key, value: changed } of mutations) {
    if (how === 'add') result = [...result, [key, changed]];
    else if (how === 'drop') result = result.filter((_, i) => i !== at % result.length);
    else result = result.map(([own, inner], i) => [own, i === at % result.length ? changed : inner]);
  }
  return result;
}

function packetOf(type, body) {
  return fc
    .record({
      body,
      sender,
      ver: fc.oneof(often(20, fc.constantFrom('4', '5')), often(1, value)),
      mutations: fc.oneof(often(3, fc.constant([])), often(2, fc.array(mutation, { maxLength: 3 }))),
      astray: fc.oneof(often(19, fc.constant(null)), often(1, fc.constantFrom(...TYPES))),
      toAll: fc.boolean(),
    })
    .map(({ body: fields, sender: from, ver, mutations, astray, toAll }) => {
      const entries = mutated([...Object.entries(fields), ['ver', ver], ['sender', from]], mutations);
      const command = astray ?? type;
      const broadcast = !ONE.includes(command) || (toAll && ALL.includes(command));
      return { topic: broadcast ? command : `${command}.${VICTIM}`, bytes: textOf(new Entries(entries)) };
    });
}

const garbage = fc.record({
  topic: fc.constantFrom(...ONE.map((type) => `${type}.${VICTIM}`), ...ALL),
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.json(),
    value.map(textOf),
    fc.constantFrom('', 'null', '{', '{"ver":"5"', '[[[[', '"', '{"ver":"5","sender":'),
  ),
});

/** Whoever forges `SILENT` speaks for it: that is not what is tried here. */
const speaksForSilent = ({ bytes }) => bytes.includes(`"${SILENT}"`);

/**
 * @param {number} seed
 * @param {number} count
 * @param {string} pendingID ID of the call that waits for `SILENT`
 * @returns {{ topic: string, bytes: string | Buffer }[]} topics without the prefix
 */
export function hostilePackets(seed, count, pendingID) {
  const bodies = BODIES(pendingID);
  const packets = TYPES.map((type) => packetOf(type, bodies[type]));
  const any = fc.oneof(...packets.map((arbitrary) => often(1, arbitrary)), often(1, garbage));
  return fc.sample(any, { seed, numRuns: count }).filter((packet) => !speaksForSilent(packet));
}
