import { Module } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { Action, MoleculerModule, Service, ServiceBroker } from '../../../lib/index.js';
import type { TestCluster } from '../../../lib/testing/index.js';
import { clusters, seenBy, watched } from '../testing/test-cluster.fixture.js';

const start = clusters();

@Service('far')
class FarService {
  @Action() get(): number {
    return 1;
  }
  @Action() hang(): Promise<void> {
    return new Promise(() => undefined);
  }
}

const heartbeats = { heartbeatInterval: 2, heartbeatTimeout: 6, tracking: { shutdownTimeout: 100 } };
@Module({ imports: [MoleculerModule.forRoot({ nodeID: 'far', ...heartbeats })], providers: [FarService] })
class Far {}
@Module({ imports: [MoleculerModule.forRoot({ nodeID: 'me', requestTimeout: 0, ...heartbeats })] })
class Me {}

const pair = () => start({ nodes: [Far, Me] });
const me = (cluster: TestCluster) => cluster.get('me', ServiceBroker);
const changesOf = (cluster: TestCluster) => {
  const changes: string[] = [];
  me(cluster)
    .registry.changes()
    .subscribe(({ type, node, unexpected, reconnected }) =>
      changes.push(
        [type, node.id, unexpected && 'unexpected', reconnected && 'again'].filter(Boolean).join(' '),
      ),
    );
  return changes;
};

describe('a node that crashes', () => {
  it('and is back before it is missed is taken for new: what its former life was asked is rejected', async () => {
    const cluster = await pair();
    const call = watched(me(cluster).call('far.hang'));
    await cluster.advance('1s');
    await cluster.crash('far');
    await cluster.advance('1s');
    expect(call.state).toBe('pending');
    await cluster.restart('far');
    expect(call).toMatchObject({ state: 'failed', value: { name: 'RequestRejectedError' } });
    expect(await me(cluster).call('far.get')).toBe(1);
  });

  it('is missed, and welcome when it is back', async () => {
    const cluster = await pair();
    const changes = changesOf(cluster);
    await cluster.crash('far');
    await cluster.advance('9s');
    await cluster.restart('far');
    expect(changes.filter((change) => change.startsWith('node.'))).toEqual([
      'node.disconnected far unexpected',
      expect.stringMatching(/^node\.connected far again$/),
    ]);
  });
});

describe('a network that parts', () => {
  it('for a moment costs what is under way, and nobody is missed', async () => {
    const cluster = await pair();
    const changes = changesOf(cluster);
    cluster.partition('far', 'me');
    await cluster.advance('3s');
    cluster.heal();
    await cluster.advance('10s');
    expect(changes).toEqual([]);
    expect(await me(cluster).call('far.get')).toBe(1);
  });

  it('for long makes each side miss the other, and a heartbeat brings them together, with what changed', async () => {
    const cluster = await pair();
    cluster.partition('far', 'me');
    await cluster.advance('9s');
    expect([seenBy(cluster, 'me'), seenBy(cluster, 'far')]).toEqual([[], []]);
    const schema = { name: 'new', actions: { get: () => 2 } };
    await cluster.run(cluster.get('far', ServiceBroker).createService(schema));
    cluster.heal();
    await cluster.advance('3s');
    expect([seenBy(cluster, 'me'), seenBy(cluster, 'far')]).toEqual([['far'], ['me']]);
    expect(await me(cluster).call('new.get')).toBe(2);
  });

  it('one way only makes one side miss the other', async () => {
    const cluster = await pair();
    const call = watched(me(cluster).call('far.hang', {}, { timeout: 0 }));
    cluster.drop({ from: 'far' });
    await cluster.advance('9s');
    expect(call).toMatchObject({ state: 'failed', value: { name: 'RequestRejectedError' } });
    expect([seenBy(cluster, 'me'), seenBy(cluster, 'far')]).toEqual([[], ['me']]);
    cluster.heal();
    await cluster.advance('3s');
    expect(await me(cluster).call('far.get')).toBe(1);
  });
});

describe('a packet of a former life that comes late', () => {
  it('may say goodbye for the new one: its next heartbeat brings that back', async () => {
    const cluster = await pair();
    cluster.delay('3s', { type: 'DISCONNECT' });
    await cluster.restart('far');
    await cluster.advance('2500ms');
    expect(seenBy(cluster, 'me')).toEqual(['far']);
    await cluster.advance('500ms');
    expect(seenBy(cluster, 'me')).toEqual([]);
    await cluster.advance('2200ms');
    expect(await me(cluster).call('far.get')).toBe(1);
  });

  it('may say who that was: it is asked again, and known as it is', async () => {
    const cluster = await pair();
    const far = () => cluster.get('far', ServiceBroker);
    const late = cluster.delay('3s', { type: 'INFO', from: 'far' });
    await cluster.run(far().createService({ name: 'old', actions: { get: () => 0 } }));
    await cluster.advance(100);
    await cluster.crash('far');
    late.stop();
    // Only what comes from another process can overtake; here it is told to.
    cluster.reorder({ within: 0 });
    await cluster.restart('far');
    await cluster.advance('3s');
    expect(me(cluster).registry.node('far')?.instanceID).not.toBe(far().registry.localNode.instanceID);
    await cluster.advance('8s');
    expect(me(cluster).registry.node('far')?.instanceID).toBe(far().registry.localNode.instanceID);
    expect(me(cluster).registry.hasService('old')).toBe(false);
  });
});
