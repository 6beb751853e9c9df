import { describe, expect, it } from 'vitest';
import {
  announced,
  eachCluster,
  type RawPeer,
  type TestNode,
  type VirtualCluster,
} from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();

const options = { nodeID: 'me', heartbeatInterval: 10, heartbeatTimeout: 30 };

/** A node that was cut off for a moment in which something happened. */
async function cutOff(c: VirtualCluster, meanwhile: () => void, more: object = {}): Promise<TestNode> {
  const node = await c.started({ ...options, ...more });
  c.hub.cut(node.transporter!);
  meanwhile();
  await c.advance(1000);
  c.hub.restore(node.transporter!);
  await c.settle();
  return node;
}

const asked = (peer: RawPeer, target?: string) =>
  peer.heard.filter((heard) => heard.type === 'DISCOVER' && heard.target === target).length;

describe('after the connection was away', () => {
  it('whoever does not answer three questions in 6 s is taken for gone, long before his silence would tell', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    peer.services = [announced('far', { hang: {} })];
    const { broker, registry } = await cutOff(c, () => (peer.onPacket = () => undefined));
    const call = broker.call('far.hang', {}, { timeout: 0 }).catch((error: unknown) => error);
    await c.advance(5500);
    expect(registry.node('peer')?.available).toBe(true);
    expect(asked(peer, 'peer')).toBe(2);
    await c.advance(600);
    expect(registry.node('peer')?.available).toBe(false);
    await expect(call).resolves.toMatchObject({ name: 'RequestRejectedError' });
    expect(logs.texts('warn')).toHaveLength(2);
    peer.behave();
    peer.send('HEARTBEAT', undefined, { cpu: 1 });
    await c.settle();
    expect(registry.node('peer')?.available).toBe(true);
  });

  it('one that answers late stays, and nobody else is asked by name', async () => {
    const c = cluster();
    const [quick, late] = [c.peer('quick').behave(), c.peer('late').behave()];
    const { registry } = await cutOff(c, () => (late.onPacket = () => undefined));
    await c.advance(3000);
    late.behave();
    await c.advance(10_000);
    expect([asked(late, 'late'), asked(quick, 'quick')]).toEqual([2, 0]);
    expect(registry.nodes({ onlyAvailable: true })).toHaveLength(3);
  });

  it('a heartbeat is answer enough, and goodbye as well', async () => {
    const c = cluster();
    const [beating, leaving] = [c.peer('beating').behave(), c.peer('leaving').behave()];
    const { registry } = await cutOff(c, () => (beating.onPacket = leaving.onPacket = () => undefined));
    beating.send('HEARTBEAT', undefined, { cpu: 1 });
    leaving.send('DISCONNECT', undefined, {});
    await c.advance(10_000);
    expect([asked(beating, 'beating'), asked(leaving, 'leaving')]).toEqual([0, 0]);
    expect(registry.node('beating')?.available).toBe(true);
  });

  it('nobody is taken for gone where silence is not judged', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    const registry = { discoverer: { options: { disableHeartbeatChecks: true } } };
    const node = await cutOff(c, () => (peer.onPacket = () => undefined), { registry });
    await c.advance(60_000);
    expect(node.registry.node('peer')?.available).toBe(true);
  });

  it('a node that does not beat does not begin to', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    await cutOff(c, () => (peer.onPacket = () => undefined), { heartbeatInterval: 0 });
    await c.advance(60_000);
    expect(peer.got('HEARTBEAT')).toEqual([]);
    expect(asked(peer, 'peer')).toBe(0);
  });

  it('another loss ends the questions, and the next return begins them anew', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    const { registry, transporter } = await cutOff(c, () => (peer.onPacket = () => undefined));
    await c.advance(5000);
    c.hub.cut(transporter!);
    await c.advance(60_000);
    c.hub.restore(transporter!);
    await c.advance(5000);
    expect(registry.node('peer')?.available).toBe(true);
    await c.advance(2000);
    expect(registry.node('peer')?.available).toBe(false);
  });

  it('the node beats at once, and asks in the versions of those it knows', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    await cutOff(c, () => peer.forget());
    expect(peer.got('HEARTBEAT')).toHaveLength(1);
    expect(peer.got('DISCOVER').map(({ ver }) => ver)).toEqual(['5']);
  });

  it('tells its own services that it is back', async () => {
    const c = cluster();
    const told: unknown[] = [];
    const node = await c.started(options);
    node.broker.events('$transporter.connected').subscribe(({ payload }) => told.push(payload));
    c.hub.cut(node.transporter!);
    c.hub.restore(node.transporter!);
    await c.advance(1000);
    expect(told).toEqual([{ wasReconnect: true }]);
  });
});
