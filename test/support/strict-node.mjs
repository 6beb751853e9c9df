/**
 * A node as strict as tiny-moleculer-py, standing in for it: JSON, protocol "4", no namespace. A packet with a key that
 * it does not know is dropped (and written down here). It says `error` as a string, `meta` as a JSON string or null,
 * `version: null`; it answers DISCOVER with DISCOVER and INFO, knows no DISCONNECT, matches event names exactly, and
 * emits to one random node with no groups.
 *
 *   node strict-node.mjs '{"url":"redis://127.0.0.1:7000","nodeID":"py-1","heartbeatInterval":1,"timeout":3}'
 */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { say, serveLines } from './json-lines.mjs';

const options = { heartbeatInterval: 10, timeout: 20, ...JSON.parse(process.argv[2]) };
const me = options.nodeID;

/** Every key it knows, per packet; any other means that the packet cannot be parsed. */
const CALL_KEYS = ['id', 'meta', 'level', 'tracing', 'parentID', 'requestID', 'caller', 'stream', 'seq'];
const KEYS = {
  DISCOVER: [],
  HEARTBEAT: ['cpu'],
  INFO: ['services', 'config', 'instanceID', 'ipList', 'hostname', 'client', 'seq', 'metadata'],
  PING: ['time', 'id'],
  PONG: ['time', 'arrived', 'id'],
  REQ: [...CALL_KEYS, 'action', 'params', 'timeout'],
  RES: ['id', 'success', 'data', 'error', 'meta', 'stream', 'seq'],
  EVENT: [...CALL_KEYS, 'event', 'data', 'groups', 'broadcast', 'needAck'],
};
const BROADCAST = ['DISCOVER', 'INFO', 'HEARTBEAT', 'PING'];

const nodes = new Map(); // nodeID -> { info, seen }
const pending = new Map(); // request id -> resolve
const dropped = [];
const received = [];
const events = [];

const publisher = new Redis(options.url);
const subscriber = new Redis(options.url);
for (const client of [publisher, subscriber])
  client.on('error', (error) => process.stderr.write(`${error}\n`));

const send = (topic, packet) =>
  publisher.publish(`MOL.${topic}`, JSON.stringify({ ver: '4', sender: me, ...packet }));

const services = [
  {
    name: 'py',
    version: null,
    fullName: 'py',
    settings: {},
    metadata: {},
    actions: Object.fromEntries(
      ['py.add', 'py.fail', 'py.meta'].map((name) => [
        name,
        { name, rawName: name, params: {}, cache: false },
      ]),
    ),
    events: { ev_random_number: { name: 'ev_random_number' }, 'py.event': { name: 'py.event' } },
  },
];

const actions = {
  'py.add': ({ a, b }) => a + b,
  'py.fail': () => {
    throw new Error('it went wrong over there');
  },
  'py.meta': (_params, meta) => meta,
};

const sendInfo = (target) =>
  send(target ? `INFO.${target}` : 'INFO', {
    services,
    config: {},
    instanceID: `${me}-instance`,
    ipList: ['127.0.0.1'],
    hostname: 'strict',
    client: { type: 'python', version: '0.0.1', langVersion: '3.12' },
    seq: 1,
    metadata: {},
  });

/** A packet that it can parse, or null. */
function parse(type, text) {
  const drop = (why) => {
    dropped.push({ type, why, text: text.slice(0, 2000) });
    process.stderr.write(`dropped ${type}: ${why}: ${text.slice(0, 300)}\n`);
    return null;
  };
  let packet;
  try {
    packet = JSON.parse(text);
  } catch {
    return drop('not JSON');
  }
  if (packet === null || typeof packet !== 'object') return drop('not an object');
  const unknown = Object.keys(packet).filter(
    (key) => key !== 'ver' && key !== 'sender' && !KEYS[type].includes(key),
  );
  if (unknown.length > 0) return drop(`unknown key ${unknown.join(', ')}`);
  if (packet.ver !== '4') return drop(`version ${JSON.stringify(packet.ver)}`);
  if (typeof packet.sender !== 'string') return drop('no sender');
  return packet;
}

const handlers = {
  DISCOVER: ({ sender }) => {
    void send(`DISCOVER.${sender}`, {});
    void sendInfo(sender);
  },
  INFO: (packet) => nodes.set(packet.sender, { info: packet, seen: Date.now() }),
  HEARTBEAT: ({ sender }) => {
    const node = nodes.get(sender);
    if (node) node.seen = Date.now();
    else void send(`DISCOVER.${sender}`, {});
  },
  PING: ({ sender, time, id }) => void send(`PONG.${sender}`, { time, arrived: Date.now(), id }),
  PONG: () => {},
  EVENT: ({ sender, event, data, groups, broadcast }) => {
    if (services.some((service) => Object.hasOwn(service.events, event))) {
      events.push({ sender, event, data, groups, broadcast });
    }
  },
  REQ: ({ sender, id, action, params, meta }) => {
    const answer = { id, success: true, data: null, error: null, meta: null, stream: false };
    try {
      if (!Object.hasOwn(actions, action)) throw new Error(`Action ${action} not found`);
      answer.data = actions[action](params, meta);
    } catch (error) {
      Object.assign(answer, { success: false, error: String(error.message) });
    }
    void send(`RES.${sender}`, answer);
  },
  RES: (packet) => {
    pending.get(packet.id)?.(packet);
    pending.delete(packet.id);
  },
};

subscriber.on('message', (topic, text) => {
  const type = topic.split('.')[1];
  const packet = parse(type, text);
  if (!packet || packet.sender === me) return;
  received.push({ type, sender: packet.sender });
  handlers[type](packet);
});

const random = (list) => list[Math.floor(Math.random() * list.length)];
const serving = (what, name) =>
  [...nodes].filter(([, { info }]) =>
    info.services.some((service) => Object.hasOwn(service[what] ?? {}, name)),
  );
/** Nothing about the caller, in its own manner. */
const blank = {
  level: null,
  tracing: null,
  parentID: null,
  requestID: null,
  caller: null,
  stream: false,
  seq: null,
};

const commands = {
  async call({ action, params, meta, nodeID }) {
    const target = nodeID ?? random(serving('actions', action).map(([id]) => id));
    if (!target) throw new Error(`no node serves ${action}`);
    const id = randomUUID();
    const answer = new Promise((resolve) => pending.set(id, resolve));
    const packet = {
      id,
      action,
      params: params ?? {},
      meta: meta ? JSON.stringify(meta) : null,
      timeout: null,
    };
    await send(`REQ.${target}`, { ...packet, ...blank });
    const { success, data, error, meta: back } = await answer;
    return { success, data, error, meta: back, nodeID: target };
  },
  async emit({ event, payload }) {
    const target = random(serving('events', event).map(([id]) => id));
    if (!target) throw new Error(`no node listens to ${event}`);
    await sendEvent(target, event, payload, false);
    return target;
  },
  async broadcast({ event, payload }) {
    const targets = serving('events', event).map(([id]) => id);
    for (const target of targets) await sendEvent(target, event, payload, true);
    return targets;
  },
  nodes: () => [...nodes.keys()],
  info: ({ nodeID }) => nodes.get(nodeID)?.info ?? null,
  events: () => events,
  dropped: () => dropped,
  received: () => received,
  stop: () => process.exit(0),
};

const sendEvent = (target, event, data, broadcast) =>
  send(`EVENT.${target}`, { id: randomUUID(), event, data, groups: [], broadcast, meta: null, ...blank });

function beat() {
  void send('HEARTBEAT', { cpu: 1 });
  const oldest = Date.now() - options.timeout * 1000;
  for (const [id, { seen }] of nodes) if (seen < oldest) nodes.delete(id);
}

process.on('SIGTERM', () => process.exit(0));
await subscriber.subscribe(
  ...BROADCAST.map((type) => `MOL.${type}`),
  ...Object.keys(KEYS)
    .filter((type) => type !== 'HEARTBEAT')
    .map((type) => `MOL.${type}.${me}`),
);
await send('DISCOVER', {});
await sendInfo();
setInterval(beat, options.heartbeatInterval * 1000);
say({ ready: true, nodeID: me });
serveLines(
  (cmd, params) => commands[cmd](params),
  (error) => ({ name: error.name, message: error.message }),
  () => process.exit(0),
);
