/**
 * A node of ours under attack, in a process of its own, made from the compiled library.
 *
 *   node hostile-victim.mjs '{"lib":"/folder/of/compiled-lib","options":{…}}'
 *
 * It has actions that others may call and such that they must not, and listens to events, internal ones among them. Commands: `flood`
 * (the packets of hostile-packets.mjs, from within, on the hub named in the options), `call`, `report`.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hostilePackets, SILENT, VICTIM } from './hostile-packets.mjs';
import { say, serveLines } from './json-lines.mjs';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

const { lib, options } = JSON.parse(process.argv[2]);
const load = (file) => import(pathToFileURL(join(lib, file)).href);
const { makeNode } = await load('test/support/node.js');
const { memoryHub } = await load('lib/transporters/memory/memory-hub.js');
const { Logger } = await import('@nestjs/common');

let lines = 0;
const count = () => void lines++;
Logger.overrideLogger({ log: count, warn: count, error: count, debug: count });

/** What must not happen, once each. */
const wrong = new Set();
function escaped(how, error) {
  wrong.add(`${how}: ${error?.stack ?? error}`);
  process.stderr.write(`${how}: ${error?.stack ?? error}\n`);
  process.exitCode = 3;
}
process.on('unhandledRejection', (error) => escaped('unhandled rejection', error));
process.on('uncaughtException', (error) => escaped('uncaught exception', error));

const GLOBALS = { Object, Array, Function, String, Number, Boolean, Map, Set, Promise, Error };
const prototypes = () =>
  Object.entries(GLOBALS).flatMap(([name, { prototype }]) =>
    Reflect.ownKeys(prototype).map((key) => `${name}.${String(key)}`),
  );
const before = prototypes().join();

/** As handlers do: copies that a key `__proto__` would make another kind of object of. */
function copied(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const copy = Object.assign({}, value);
  if (Object.getPrototypeOf(copy) !== Object.prototype)
    wrong.add('a copy of what came has another prototype');
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, '__proto__'))
      wrong.add('a key __proto__ came through');
  }
}

const RESULTS = { add: { a: 'number', b: 'number' } };

async function makeVictim(own) {
  const made = makeNode({ nodeID: VICTIM, ...own });
  const see = (ctx) => {
    copied(ctx.params);
    copied(ctx.meta);
    copied(ctx.headers);
  };
  const forbidden = (what) => () => void wrong.add(`${what} ran`);
  /** Events of these names tell of the broker itself; what others send is no such. */
  const notForged = (ctx) => {
    const internal = /^\$(node|services|broker|transporter)\./.test(ctx.eventName);
    if (internal && ctx.params?.forged) wrong.add(`a forged ${ctx.eventName} was heard`);
  };
  await made.broker.createService({
    name: 'live',
    actions: {
      echo: (ctx) => (see(ctx), ctx.params),
      add: {
        params: RESULTS.add,
        handler(ctx) {
          see(ctx);
          if (typeof ctx.params.a !== 'number') wrong.add('validation was passed by');
          return ctx.params.a + ctx.params.b;
        },
      },
      later: async (ctx) => (
        see(ctx),
        await null,
        Object.assign(ctx.responseHeaders, ctx.headers),
        ctx.params
      ),
      fail: async (ctx) => {
        see(ctx);
        throw Object.assign(new Error('as asked'), { code: 422, data: ctx.params });
      },
      secret: { visibility: 'private', handler: forbidden('a private action') },
      inner: { visibility: 'protected', handler: forbidden('a protected action') },
      call: (ctx) => ctx.call(ctx.params.action, ctx.params.params, ctx.params.opts),
    },
    events: {
      'live.happened': see,
      'user.*': see,
      'user.**.created': see,
      '$node.*': notForged,
      '$services.changed': notForged,
      '$broker.*': notForged,
      '$transporter.*': notForged,
      '**': { group: 'all', handler: notForged },
    },
  });
  return made;
}

const victim = await makeVictim(options);
await victim.node.start();

/** Memory when all that can go is gone, MB: the heap, and what buffers hold outside of it. */
async function heap() {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await new Promise(setImmediate);
  }
  const { heapUsed, external } = process.memoryUsage();
  return Math.round(((heapUsed + external) / 2 ** 20) * 10) / 10;
}

const turn = () => new Promise(setImmediate);
const until = async (what, test) => {
  for (const end = performance.now() + 60_000; performance.now() < end;) {
    if (await test()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Not within a minute: ${what}`);
};

/** Somebody on the hub who only listens and says what he is told to. */
function onHub(nodeID) {
  const hub = memoryHub(options.transporter.options.hub);
  const owner = {};
  const heard = [];
  hub.join(owner, { message: (topic, data) => heard.push({ topic, data }), up() {}, down() {} });
  return {
    heard,
    listen: (...topics) => hub.subscribe(owner, topics),
    publish: (type, data) => hub.publish(owner, `MOL.${type}`, data),
    send(type, fields) {
      this.publish(type, JSON.stringify({ ...fields, ver: '5', sender: nodeID }));
    },
  };
}

/** A node that others may serve and be served by, to see whether the victim still does. */
async function newcomer(nodeID) {
  const made = makeNode({ ...options, nodeID });
  await made.broker.createService({ name: nodeID, actions: { whoami: () => nodeID } });
  await made.node.start();
  return made;
}

/** The call that waits for a node which never answers; its ID is known to the attackers. */
let waiting = null;
let outcome = 'pending';
async function callSilent() {
  const silent = onHub(SILENT);
  silent.listen(`MOL.REQ.${SILENT}`);
  const services = [{ name: SILENT, actions: { a: { name: `${SILENT}.wait` } } }];
  silent.send('INFO', { services, seq: 1, instanceID: SILENT });
  silent.send('HEARTBEAT', { cpu: 1 });
  await until('the silent node to be known', () => victim.registry.node(SILENT)?.available);
  victim.broker.call(`${SILENT}.wait`, {}, { timeout: 0 }).then(
    (result) => (outcome = `answered with ${JSON.stringify(result)}`),
    (error) => (outcome = `failed: ${error.name}`),
  );
  await until('the silent node to be called', () => silent.heard.length > 0);
  return { silent, id: JSON.parse(silent.heard[0].data.toString()).id };
}

const CHUNK = 1000;

const counts = () => ({
  ...victim.registry.stats(),
  versions: victim.transit.versions.size,
  pending: victim.broker.parts.requester.pending.size,
  deadlines: victim.broker.parts.deadlines.size,
});

/** The greatest counts seen so far. */
const peaks = {};
function notePeaks() {
  for (const [what, now] of Object.entries(counts())) peaks[what] = Math.max(peaks[what] ?? 0, now);
}

/** One thousand of them, with ordinary calls in between. */
async function send(packets, attacker, seen) {
  for (let i = 0; i < packets.length; i++) {
    attacker.publish(packets[i].topic, packets[i].bytes);
    if (i % 25 > 0) continue;
    const began = performance.now();
    await turn();
    seen.slowest = Math.max(seen.slowest, performance.now() - began);
    if (i % 100 > 0) continue;
    notePeaks();
    waiting.silent.send('HEARTBEAT', { cpu: 1 });
    if ((await victim.broker.call('live.add', { a: i, b: 1 })) !== i + 1)
      wrong.add('a local call gave something else');
    seen.local++;
    await victim.broker.call('peer.whoami', {}, { nodeID: 'peer', timeout: 500 }).then(
      () => seen.remote++,
      () => seen.remoteFailed++,
    );
  }
}

/** Packets `from` to `from + count` of the stream of `seed`; samples the memory up to ten times. */
async function flood({ seed, from = 0, count: total }) {
  const attacker = onHub('attacker');
  const peer = await newcomer('peer');
  waiting ??= await callSilent();
  await peer.broker.waitForServices('live', 60_000);
  const samples = [await heap()];
  const seen = { local: 0, remote: 0, remoteFailed: 0, slowest: 0 };
  for (let done = 0; done < total; done += CHUNK) {
    // Each thousand has a seed of its own, so that any part of the stream can be had alone.
    await send(
      hostilePackets(seed + (from + done) / CHUNK, Math.min(CHUNK, total - done), waiting.id),
      attacker,
      seen,
    );
    if (done + CHUNK >= (samples.length * total) / 10) samples.push(await heap());
  }
  await peer.node.stop();
  return { samples, calls: seen };
}

/** After the storm: does the node serve and call, what does it hold, what went wrong? */
async function report({ name }) {
  const { broker, registry } = victim;
  const fresh = options.transporter.type === 'Memory' ? await newcomer(name) : null;
  const served = { local: await broker.call('live.add', { a: 1, b: 2 }) };
  if (fresh !== null) {
    await broker.waitForServices(name, 60_000);
    await fresh.broker.waitForServices('live', 60_000);
    served.toFresh = await broker.call(`${name}.whoami`, {}, { nodeID: name });
    served.fromFresh = await fresh.broker.call('live.add', { a: 1, b: 2 }, { nodeID: VICTIM });
    await fresh.node.stop();
  }
  served.lists = await Promise.all(
    ['list', 'services', 'actions', 'events'].map(
      (list) => JSON.stringify(registry[list === 'list' ? 'nodes' : list]()).length > 2,
    ),
  );
  const { remoteWork, localWork } = broker.parts;
  await until('all work to end', () => remoteWork.count === 0 && localWork.count === 0);
  if (prototypes().join() !== before) wrong.add('a prototype has changed');
  return {
    served,
    wrong: [...wrong],
    silent: outcome,
    lines,
    heap: await heap(),
    counts: counts(),
    peaks,
  };
}

const describe = ({ name, message, code, type, data }) => ({ name, message, code, type, data });
const commands = {
  flood,
  report,
  heap,
  async call({ action, params, opts }) {
    try {
      return { ok: true, result: (await victim.broker.call(action, params, opts)) ?? null };
    } catch (error) {
      return { ok: false, error: describe(error) };
    }
  },
};

let stopping;
const stop = () => (stopping ??= victim.node.stop().then(() => process.stdin.destroy()));
process.on('SIGTERM', stop);

say({ ready: true, nodeID: VICTIM });
serveLines((cmd, params) => commands[cmd](params), describe, stop);
