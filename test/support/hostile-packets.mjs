/**
 * Packets of somebody who can publish any bytes on any channel: garbage, valid packets, and valid ones with fields changed, dropped
 * or of another type. A stream of them is settled by its seed: `hostilePackets(seed, n)` is always the same list, whatever came before.
 */
import fc from 'fast-check';
import { bigService, service, waiting } from './hostile-services.mjs';
import {
  actionName,
  crowd,
  dictionary,
  Entries,
  eventName,
  oddName,
  oddNumber,
  often,
  Raw,
  sender,
  SILENT,
  texts,
  textOf,
  uuid,
  value,
  VICTIM,
} from './hostile-values.mjs';

export { SILENT, VICTIM };

const origin = {
  meta: fc.oneof(often(6, dictionary), often(1, fc.constant('{"a":{"__proto__":{"polluted":true}}}'))),
  headers: dictionary,
  level: fc.oneof(fc.nat({ max: 5 }), oddNumber),
  tracing: fc.constantFrom(null, true, false),
  parentID: fc.oneof(fc.constant(null), texts, oddName),
  requestID: fc.oneof(fc.constant(null), texts, oddName),
  caller: fc.oneof(fc.constant(null), texts, oddName),
};

/** What one stands for in a bundle; any part of its end may be missing. */
const entry = (pendingID) => {
  const id = fc.oneof(often(4, uuid), often(1, fc.constant(pendingID)), often(1, value));
  const { meta, headers, level, parentID, requestID, caller, tracing } = origin;
  const from = [requestID, meta, headers, level, parentID, caller, tracing];
  const whole = fc.oneof(
    fc.tuple(fc.constant(1), id, actionName, value, oddNumber, ...from),
    fc.tuple(fc.constantFrom(2, 3, 4), id, value, meta, headers),
    fc.tuple(
      fc.constant(5),
      id,
      eventName,
      fc.constant({ forged: true }),
      value,
      fc.constantFrom(0, 1),
      ...from,
    ),
  );
  return fc.oneof(
    often(
      6,
      fc.tuple(whole, fc.nat({ max: 12 })).map(([parts, length]) => parts.slice(0, Math.max(4, length))),
    ),
    often(1, fc.array(value, { maxLength: 5 })),
    often(1, value),
  );
};
const crowdOfEntries = (length) =>
  new Raw(`[${'[1,"q","missing.action"],'.repeat(length - 1)}[1,"q","missing.action"]]`);

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
      often(3, fc.array(bigService, { maxLength: 1 })),
      often(1, value),
    ),
    ipList: fc.oneof(fc.constant(['10.0.0.1']), value),
    hostname: fc.oneof(texts, value),
    client: dictionary,
    config: dictionary,
    instanceID: fc.oneof(uuid, value),
    metadata: fc.oneof(
      often(5, dictionary),
      often(1, waiting),
      often(2, fc.constant({ $capabilities: ['bundles', 'bilingual'] })),
    ),
    seq: fc.oneof(fc.nat({ max: 20 }), oddNumber, value),
  }),
  BUNDLE: fc.record({
    event: fc.constant('$bundle'),
    data: fc.oneof(
      often(20, fc.array(entry(pendingID), { maxLength: 6 })),
      often(1, fc.constantFrom(4096, 4097, 50_000).map(crowdOfEntries)),
      often(3, value),
    ),
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
  'BUNDLE',
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
      const command = (astray ?? type).replace('BUNDLE', 'EVENT');
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
