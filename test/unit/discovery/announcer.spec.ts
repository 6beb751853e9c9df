import { Subscription } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Dictionary } from '../../../lib/protocol/packets.js';
import { announced, eachCluster, type RawPeer } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

recordLogs();
const cluster = eachCluster();

const patterns = (info: Dictionary | undefined): string[] =>
  ((info?.['services'] ?? []) as { events: Record<string, { name: string }> }[]).flatMap((service) =>
    Object.values(service.events).map(({ name }) => name),
  );
const names = (info: Dictionary | undefined) =>
  (info?.['services'] as { name: string }[]).map(({ name }) => name);
const seqs = (peer: RawPeer) => peer.got('INFO').map((info) => info['seq']);

describe('what the others are told', () => {
  it('the first subscriber of a stream is announced within 100 ms, the last one to leave withdraws it', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    const { broker } = await c.started({ nodeID: 'me' });
    peer.forget();
    const first = broker.events('user.*').subscribe();
    const second = broker.events('user.*').subscribe();
    await c.advance(100);
    expect(peer.got('INFO').map(patterns)).toEqual([['user.*']]);
    first.unsubscribe();
    await c.advance(200);
    expect(peer.got('INFO')).toHaveLength(1);
    second.unsubscribe();
    await c.advance(100);
    expect(peer.got('INFO').map(patterns)).toEqual([['user.*'], []]);
  });

  it('hundreds of subscribers that come and go cost no more than one INFO in a debounce time, and none if nothing changed', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    const { broker } = await c.started({ nodeID: 'me' });
    peer.forget();
    for (let i = 0; i < 300; i++) broker.events(`topic.${i}`).subscribe().unsubscribe();
    await c.advance(1000);
    expect(peer.got('INFO')).toEqual([]);
    const all = new Subscription();
    for (let i = 0; i < 300; i++) {
      all.add(broker.events(`topic.${i}`).subscribe());
      await c.advance(10);
    }
    await c.advance(100);
    const { serviceChangedDebounceTime } = broker.options.transit;
    expect(peer.got('INFO').length).toBeLessThanOrEqual(3000 / serviceChangedDebounceTime + 1);
    expect(patterns(peer.got('INFO').at(-1))).toHaveLength(300);
    all.unsubscribe();
  });

  it('seq rises with each text that differs, and only then', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    const { broker, registry } = await c.started({ nodeID: 'me' });
    peer.forget();
    const before = registry.localSeq;
    for (let i = 0; i < 2; i++) peer.send('DISCOVER', 'me', {});
    await c.settle();
    expect(seqs(peer)).toEqual([before, before]);
    await broker.createService({ name: 'one', actions: { a: () => 1 } });
    await c.advance(100);
    await broker.destroyService('one');
    await c.advance(100);
    expect(seqs(peer).slice(2)).toEqual([before + 1, before + 2]);
  });

  it('a change reaches all, although one node asked for it before it was published', async () => {
    const c = cluster();
    const asking = c.peer('asking').behave();
    const other = c.peer('other').behave();
    const { broker } = await c.started({ nodeID: 'me' });
    other.forget();
    await broker.createService({ name: 'late', actions: { a: () => 1 } });
    asking.send('DISCOVER', 'me', {});
    await c.advance(200);
    expect(other.got('INFO').map(names)).toEqual([['late']]);
  });

  it('a node that was told of a state which was taken back before it was published hears of the end of it', async () => {
    const c = cluster();
    const asking = c.peer('asking').behave();
    const { broker } = await c.started({ nodeID: 'me' });
    await broker.createService({ name: 'short', actions: { a: () => 1 } });
    asking.send('DISCOVER', 'me', {});
    await c.settle();
    await broker.destroyService('short');
    await c.advance(200);
    const last = asking.got('INFO').at(-1);
    expect(names(last)).toEqual([]);
    const seen = seqs(asking) as number[];
    expect(Math.max(...seen)).toBe(last?.['seq']);
  });

  it('with both versions in the cluster each node is told in its own', async () => {
    const c = cluster();
    const old = c.peer('old', '4').behave();
    const young = c.peer('young', '5').behave();
    const { broker } = await c.started({ nodeID: 'me' });
    old.forget();
    young.forget();
    await broker.createService({ name: 'late', actions: { a: () => 1 } });
    await c.advance(200);
    expect(old.heard.map(({ type, target, packet }) => [type, target, packet['ver']])).toEqual([
      ['INFO', 'old', '4'],
    ]);
    expect(young.heard.map(({ type, target, packet }) => [type, target, packet['ver']])).toEqual([
      ['INFO', 'young', '5'],
    ]);
  });

  it('a node that never asked is introduced once', async () => {
    const c = cluster();
    await c.started({ nodeID: 'me' });
    const peer = c.peer('peer');
    peer.services = [announced('x', { y: {} })];
    peer.info();
    await c.settle();
    expect(peer.got('INFO')).toHaveLength(1);
    peer.info();
    peer.send('HEARTBEAT', undefined, { cpu: 1 });
    await c.settle();
    expect(peer.got('INFO')).toHaveLength(1);
  });

  it('a node that asked while it joined hears of what changed before it announced itself', async () => {
    const c = cluster();
    c.peer('old', '4').behave();
    const { broker } = await c.started({ nodeID: 'me' });
    // As a Moleculer.js node does: the question at once, its own announcement a second and a half later.
    const young = c.peer('young', '5').behave();
    young.send('DISCOVER', undefined, {});
    await c.settle();
    expect(young.got('INFO').map(names)).toEqual([[]]);
    await broker.createService({ name: 'late', actions: { a: () => 1 } });
    await c.advance(1500);
    young.info();
    await c.settle();
    expect(young.got('INFO').map(names).at(-1)).toEqual(['late']);
    const count = young.got('INFO').length;
    young.info();
    await c.settle();
    expect(young.got('INFO')).toHaveLength(count);
  });

  it('a node that was thought to be gone hears of what changed meanwhile', async () => {
    const c = cluster();
    c.peer('old', '4').behave();
    const young = c.peer('young', '5').behave();
    const { broker, registry } = await c.started({
      nodeID: 'me',
      heartbeatInterval: 2,
      heartbeatTimeout: 6,
    });
    young.send('DISCOVER', 'me', {});
    await c.advance(9000);
    expect(registry.node('young')?.available).toBe(false);
    young.forget();
    await broker.createService({ name: 'late', actions: { a: () => 1 } });
    await c.advance(200);
    expect(young.got('INFO')).toEqual([]);
    young.send('HEARTBEAT', undefined, { cpu: 1 });
    await c.settle();
    expect(registry.node('young')?.available).toBe(true);
    expect(young.got('INFO').map(names)).toEqual([['late']]);
  });

  it('a heartbeat of a stranger is answered with the question who it is', async () => {
    const c = cluster();
    await c.started({ nodeID: 'me' });
    const stranger = c.peer('stranger', '4');
    stranger.send('HEARTBEAT', undefined, { cpu: 1 });
    await c.settle();
    expect(stranger.got('DISCOVER')).toEqual([{ ver: '4', sender: 'me' }]);
    expect(stranger.got('INFO')[0]).toMatchObject({ ver: '4' });
  });
});
