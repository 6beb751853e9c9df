import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster, peerListeners, VERSIONS, type OwnNode } from '../support/cluster.js';
import type { Peer } from '../support/peer.js';

describe.each(VERSIONS)('what surprises in Moleculer 0.$version', ({ version }) => {
  let cluster: Cluster;
  let own: OwnNode;
  let peer: Peer;

  beforeAll(async () => {
    cluster = new Cluster({ label: 'traps', version });
    [own, peer] = await Promise.all([cluster.own(), cluster.peer()]);
    await Promise.all([own.waitForListeners('plain.*', 1), peerListeners(peer, 'own.**', 2)]);
    // Our question in the other version, if it was there to hear it.
    await peer.logs({ clear: true });
  });
  afterAll(() => cluster.close());

  it('a stream is refused at once, both ways; no handler runs, nobody waits', async () => {
    await own.broker.createService({ name: 'streaming', actions: { text: () => Readable.from(['text']) } });
    await peer.waitForServices('streaming');
    const upload = { action: 'own.context', chunks: ['a', 'b', 'c'] };
    expect(await peer.cmd('upload', upload)).toMatchObject({
      class: 'MoleculerError',
      code: 501,
      message: expect.stringContaining(`'own.context' was called with a stream`),
    });
    expect((await peer.outcome('streaming.text')).error).toMatchObject({
      class: 'MoleculerError',
      code: 501,
      message: expect.stringContaining(`'streaming.text' returned a stream`),
    });
    expect(await own.failure('echo.download')).toMatchObject({
      code: 501,
      message: expect.stringContaining(`'echo.download' answered with a stream`),
    });
    // By then the last packets of all three have come, and the handler of the upload has not run.
    await peer.call('own.whoami');
    await own.call('greeter.whoami');
    expect(own.seen.runs['context']).toBeUndefined();
    expect(own.pending).toBe(0);
    expect(await peer.cmd('state')).toMatchObject({ pending: 0 });
    expect((await peer.logs()).map(({ message }) => message)).toEqual([]);
  });

  it('a service whose patterns both match is named twice as a group; each of its listeners runs once', async () => {
    const heard: [string, string[] | null][] = [];
    const listen = (pattern: string) => (ctx: { eventGroups: string[] | null }) =>
      void heard.push([pattern, ctx.eventGroups]);
    await own.broker.createService({
      name: 'twice',
      events: { 'twice.*': listen('twice.*'), 'twice.x': listen('twice.x') },
    });
    await peerListeners(peer, 'twice.x', 1);
    await peer.emit('twice.x');
    await peer.emit('own.after.twice');
    await own.waitForEvents('own.after.twice', 2);
    const groups = ['twice', 'twice'];
    expect(heard.sort()).toEqual([
      ['twice.*', groups],
      ['twice.x', groups],
    ]);
  });

  it('a listener that does not say otherwise gets the payload in 0.14 and the context in 0.15', async () => {
    await own.broker.emit('plain.event', { a: 1 });
    const [event] = await peer.waitForEvents('plain.event');
    expect(event).toMatchObject({ isContext: version === 15, params: { a: 1 }, nodeID: own.nodeID });
  });
});

describe.each(VERSIONS)('a Moleculer 0.$version node that serves nothing', ({ version }) => {
  it('is found by its heartbeat, for it announces nothing; we are seen although we serve nothing', async () => {
    const cluster = new Cluster({ label: 'bare', version });
    try {
      // Who never beats can be found by nothing but what it says of itself.
      const own = await cluster.own({ services: [], internalServices: false, heartbeatInterval: 0 });
      const peer = await cluster.peer({ bare: true, heartbeatInterval: 1 });
      await own.waitForNode(peer.nodeID);
      expect(own.registry.node(peer.nodeID)!.seq).toBe(1);
      expect(await own.broker.ping(peer.nodeID, 30_000)).toMatchObject({ nodeID: peer.nodeID });
      await peer.waitForNode(own.nodeID);
    } finally {
      await cluster.close();
    }
  });
});
