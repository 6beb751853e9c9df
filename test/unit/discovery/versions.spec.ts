import { describe, expect, it } from 'vitest';
import { announced, eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();
const beats = { heartbeatInterval: 2, heartbeatTimeout: 6 };

describe('a bilingual node', () => {
  it('sees nodes of both versions and is asked and asks in each one’s own', async () => {
    const c = cluster();
    const old = c.peer('old', '4').behave();
    const young = c.peer('young', '5').behave();
    old.services = [announced('four', { get: {} })];
    young.services = [announced('five', { get: {} })];
    const { broker } = await c.started({ nodeID: 'me', ...beats });
    await broker.createService({
      name: 'math',
      actions: { add: (ctx) => (ctx.params as { a: number }).a + 1 },
    });
    await expect(c.until(broker.call('four.get', {}, { headers: { h: 1 } }))).resolves.toBe('old');
    await expect(c.until(broker.call('five.get', {}, { headers: { h: 1 } }))).resolves.toBe('young');
    expect(old.got('REQ')[0]).toMatchObject({ ver: '4' });
    expect(old.got('REQ')[0]).not.toHaveProperty('headers');
    expect(young.got('REQ')[0]).toMatchObject({ ver: '5', headers: { h: 1 } });
    for (const peer of [old, young]) {
      peer.send('REQ', 'me', { id: `${peer.nodeID}-1`, action: 'math.add', params: { a: 1 }, meta: {} });
      await c.settle();
      expect(peer.got('RES')[0]).toMatchObject({
        id: `${peer.nodeID}-1`,
        success: true,
        data: 2,
        ver: peer.ver,
      });
      expect('headers' in peer.got('RES')[0]!).toBe(peer.ver === '5');
    }
  });

  it('beats and says goodbye once per version in use', async () => {
    const c = cluster();
    const old = c.peer('old', '4').behave();
    const node = await c.started({ nodeID: 'me', ...beats });
    old.forget();
    await c.advance(2100);
    expect(old.got('HEARTBEAT').map((p) => p['ver'])).toEqual(['4']);
    const young = c.peer('young', '5').behave();
    young.info();
    await c.settle();
    old.forget();
    await c.advance(2000);
    expect(old.got('HEARTBEAT').map((p) => p['ver'])).toEqual(['5', '4']);
    await c.until(node.node.stop());
    expect(old.got('DISCONNECT').map((p) => p['ver'])).toEqual(['5', '4']);
  });

  it('asks in both versions at the start, the primary one first', async () => {
    const c = cluster();
    const peer = c.peer('peer');
    await c.started({ nodeID: 'me' });
    expect(peer.got('DISCOVER').map((p) => p['ver'])).toEqual(['5', '4']);
  });

  it('speaks 5 with others of its kind, so that headers arrive, and they bring no second version into use', async () => {
    const c = cluster();
    const a = await c.started({ nodeID: 'a', ...beats });
    await a.broker.createService({ name: 'echo', actions: { headers: (ctx) => ctx.headers } });
    const b = await c.started({ nodeID: 'b', ...beats });
    await c.advance(20_000);
    await expect(c.until(b.broker.call('echo.headers', {}, { headers: { h: 1 } }))).resolves.toEqual({
      h: 1,
    });
    for (const { transit } of [a, b]) expect(transit.versions.inUse().map(({ ver }) => ver)).toEqual(['5']);
  });

  it('follows a node that comes back with the older version', async () => {
    const c = cluster();
    const before = c.peer('peer', '5').behave();
    const { transit, registry } = await c.started({ nodeID: 'me', ...beats });
    expect(transit.versions.of('peer').ver).toBe('5');
    before.leave();
    await c.advance(9000);
    const after = c.peer('peer', '4').behave();
    after.instanceID = 'another process';
    after.send('HEARTBEAT', undefined, { cpu: 1 });
    await c.settle();
    expect(registry.node('peer')?.available).toBe(true);
    expect(transit.versions.of('peer').ver).toBe('4');
  });

  it('a packet of one version that nobody of the cluster sent again is forgotten', async () => {
    const c = cluster();
    const { transit } = await c.started({ nodeID: 'me', ...beats });
    const ghost = c.peer('ghost', '4');
    ghost.send('HEARTBEAT', undefined, { cpu: 1 });
    await c.settle();
    expect(transit.versions.inUse().map(({ ver }) => ver)).toEqual(['4']);
    ghost.leave();
    await c.advance(6000);
    expect(transit.versions.inUse().map(({ ver }) => ver)).toEqual(['5']);
  });
});

describe('a node of one version', () => {
  it.each(['4', '5'] as const)('%s: speaks it alone, refuses the other and says so once', async (ver) => {
    const c = cluster();
    const foreign = c.peer('foreign', ver === '4' ? '5' : '4').behave();
    const own = c.peer('own', ver).behave();
    const { registry } = await c.started({ nodeID: 'me', protocolVersion: ver, ...beats });
    for (let i = 0; i < 5; i++) foreign.send('HEARTBEAT', undefined, { cpu: 1 });
    foreign.info();
    await c.advance(5000);
    expect(
      registry
        .nodes()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['me', 'own']);
    expect(
      [...own.heard, ...foreign.heard]
        .filter((h) => h.packet['sender'] === 'me')
        .every((h) => h.packet['ver'] === ver),
    ).toBe(true);
    expect(logs.texts('warn').filter((text) => text.includes("'foreign'"))).toHaveLength(1);
  });
});

describe('tiny-moleculer-py', () => {
  it('answers DISCOVER with DISCOVER, sends meta as text and the error as a string', async () => {
    const c = cluster();
    const tiny = c.peer('tiny', '4');
    tiny.services = [announced('py', { ok: {}, fail: {} })];
    tiny.onPacket = ({ type, packet }) => {
      if (packet['ver'] !== '4') return;
      if (type === 'DISCOVER') tiny.send('DISCOVER', undefined, {});
      if (type === 'REQ') {
        const success = packet['action'] === 'py.ok';
        tiny.send('RES', 'me', {
          id: packet['id'],
          success,
          data: success ? 1 : null,
          error: success ? null : 'broken',
          meta: '{"a":1}',
        });
      }
    };
    const { broker, registry } = await c.started({ nodeID: 'me' });
    tiny.info();
    await c.settle();
    expect(registry.node('tiny')?.available).toBe(true);
    await expect(c.until(broker.call('py.ok'))).resolves.toBe(1);
    await expect(c.until(broker.call('py.fail'))).rejects.toThrow('broken');
    expect(tiny.got('INFO').length).toBeGreaterThan(0);
    expect(tiny.heard.length).toBeLessThan(50);
  });
});
