import { describe, expect, it } from 'vitest';
import { JsonSerializer } from '../../../lib/serializers/json.serializer.js';
import { MemoryTransporter } from '../../../lib/transporters/memory/memory.transporter.js';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import { expectAllHeard } from '../unhandled.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();
expectAllHeard();

/** A transporter of the user's, whose methods can be replaced. */
class Own extends MemoryTransporter {
  override readonly name: string = 'Own';
  tell(what: 'failed' | 'connectionLost', error: unknown): void {
    this[what](error as Error);
  }
  back(): void {
    this.connectionRestored();
  }
}
const own = (methods: object = {}) => Object.assign(new Own({ hub: cluster().hubName }), methods);

/** A serializer of the user's that fails at some packets, while it is told to. */
class Failing extends JsonSerializer {
  fails = false;
  constructor(private readonly types: readonly string[]) {
    super();
  }
  override serialize(packet: object, type?: string): string {
    if (this.fails && this.types.includes(type as string)) throw new Error(`no ${type}`);
    return super.serialize(packet);
  }
}

const NO_ERRORS: [what: string, thrown: unknown, text: string][] = [
  ['a text', 'plain text', 'plain text'],
  ['nothing', undefined, 'undefined'],
  ['an object without a prototype', Object.create(null), 'cannot be read'],
];

describe.each(NO_ERRORS)('a transporter for whose trouble stands %s', (_what, thrown, text) => {
  const rejects = () => Promise.reject(thrown as Error);

  it('is warned of once where it cannot send, and the node lives on', async () => {
    const { broker } = await cluster().started({ transporter: own({ send: rejects }) });
    await broker.createService({ name: 's', actions: { go: () => 1 } });
    await cluster().advance(20_000);
    // Before the join and after it.
    expect(logs.texts('warn').filter((line) => line.includes(text))).toHaveLength(2);
    expect(broker.state).toBe('connected');
  });

  it.each(['connect', 'subscribe'])('is tried again where it cannot %s', async (method) => {
    const transporter = own({ [method]: rejects });
    const { broker, node } = cluster().node({ transporter, transit: { connectTimeout: 100 } });
    await cluster().until(node.start());
    expect(broker.state).toBe('disconnected');
    expect(logs.texts('warn').join()).toContain(text);
    Reflect.deleteProperty(transporter, method);
    await cluster().until(broker.ready);
    expect(broker.state).toBe('connected');
  });

  it('may tell of it', async () => {
    const transporter = own();
    const { broker } = await cluster().started({ transporter });
    transporter.tell('failed', thrown);
    transporter.tell('connectionLost', thrown);
    expect(broker.state).toBe('disconnected');
    transporter.back();
    await cluster().advance(3000);
    expect(broker.state).toBe('connected');
    expect(logs.texts('warn').join()).toContain(text);
  });
});

it('a transporter that throws where it should reject, or gives something else than a promise, is put up with', async () => {
  const throws = () => {
    throw new Error('at once');
  };
  const transporter = own({ unsubscribe: throws, countSubscribers: throws, abandon: throws });
  const send = transporter.send.bind(transporter);
  Object.assign(transporter, { send: (...args: Parameters<typeof send>) => send(...args) ?? true });
  const { broker: far } = await cluster().started({ nodeID: 'far' });
  const { broker: near, node } = await cluster().started({ nodeID: 'near', transporter });
  await far.createService({ name: 's', actions: { go: () => 1 } });
  await cluster().advance(200);
  expect(await cluster().until(near.call('s.go'))).toBe(1);
  expect(logs.texts('warn')).toEqual([]);
  await cluster().until(node.stop());
});

describe('a serializer that fails', () => {
  const beats = { heartbeatInterval: 1, heartbeatTimeout: 5 };

  it('at heartbeats is warned of once, and the next one goes out again', async () => {
    const serializer = new Failing(['HEARTBEAT']);
    const peer = cluster().peer('peer').behave();
    const { broker } = await cluster().started({ nodeID: 'me', serializer, ...beats });
    serializer.fails = true;
    await cluster().advance(3500);
    expect(logs.texts('warn')).toEqual([
      expect.stringContaining('the HEARTBEAT packet could not be written: no HEARTBEAT'),
    ]);
    serializer.fails = false;
    peer.forget();
    await cluster().advance(1500);
    expect(peer.got('HEARTBEAT').length).toBeGreaterThan(0);
    expect(broker.state).toBe('connected');
  });

  it('at announcements is warned of, and what was not told is told with the next change', async () => {
    const serializer = new Failing(['INFO']);
    const { broker: near } = await cluster().started({ nodeID: 'near', serializer });
    const { broker: far } = await cluster().started({ nodeID: 'far' });
    serializer.fails = true;
    await near.createService({ name: 'first', actions: { go: () => 1 } });
    await cluster().advance(500);
    expect(logs.texts('warn').join()).toContain('the INFO packet could not be written: no INFO');
    serializer.fails = false;
    await near.createService({ name: 'second', actions: { go: () => 1 } });
    await cluster().until(far.waitForServices(['first', 'second'], 5000));
  });

  it('at answers is told of, for the caller is not', async () => {
    const serializer = new Failing(['RES']);
    const { broker: far } = await cluster().started({ nodeID: 'far', serializer });
    const { broker: near } = await cluster().started({ nodeID: 'near' });
    await far.createService({ name: 's', actions: { go: () => 1 } });
    await cluster().advance(200);
    serializer.fails = true;
    const call = near.call('s.go', {}, { timeout: 100 });
    await expect(cluster().until(call)).rejects.toMatchObject({ type: 'REQUEST_TIMEOUT' });
    expect(logs.texts('error')).toEqual([expect.stringContaining("could write no answer to 's.go'")]);
  });

  it.each(['INFO', 'DISCONNECT', 'PING', 'PONG', 'DISCOVER'])(
    'at %s keeps no ping pending and no stop from coming to its end',
    async (type) => {
      const serializer = new Failing([type]);
      const { broker, node, transporter } = await cluster().started({ nodeID: 'near', serializer, ...beats });
      await cluster().started({ nodeID: 'far', ...beats });
      serializer.fails = true;
      const pong = cluster().until(broker.ping('far', 300));
      if (type === 'PING') expect(await pong).toBeNull();
      else expect(await pong).toMatchObject({ nodeID: 'far' });
      await cluster().advance(3000);
      await expect(cluster().until(node.drain())).resolves.toBeUndefined();
      await expect(cluster().until(node.close())).resolves.toBeUndefined();
      expect(transporter.isSubscribed('MOL.REQ.near')).toBe(false);
    },
  );
});

it('metadata in which a circle is made later is no announcement any more, and the node lives on', async () => {
  const metadata: Record<string, unknown> = { zone: {} };
  const { broker, node } = await cluster().started({ nodeID: 'me', metadata });
  (broker.metadata as typeof metadata)['zone'] = broker.metadata;
  await broker.createService({ name: 's', actions: { go: () => 1 } });
  await cluster().advance(500);
  expect(logs.texts('warn').join()).toContain('the INFO packet could not be written: Converting circular');
  expect(await broker.call('s.go')).toBe(1);
  await cluster().until(node.stop());
});
