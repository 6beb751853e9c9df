import { describe, expect, it } from 'vitest';
import { dialect5 } from '../../../lib/protocol/dialect.js';
import { announced, eachCluster, type RawPeer } from '../cluster.fixture.js';
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

  it('says in its metadata that it understands both, where it does', async () => {
    const c = cluster();
    const peer = c.peer('peer', '4').behave();
    await c.started({ nodeID: 'both', metadata: { zone: 'a' } });
    await c.started({ nodeID: 'four', metadata: { zone: 'b' }, protocolVersion: '4' });
    expect(peer.got('INFO', 'both').at(-1)?.['metadata']).toEqual({
      zone: 'a',
      $capabilities: ['bilingual'],
    });
    expect(peer.got('INFO', 'four').at(-1)?.['metadata']).toEqual({ zone: 'b' });
  });

  it('speaks 5 with one of its kind that died and came back in a cluster of 0.14', async () => {
    const c = cluster();
    c.peer('old', '4').behave();
    const me = await c.started({ nodeID: 'me', ...beats });
    const first = await c.started({ nodeID: 'twin', ...beats });
    c.hub.cut(first.transporter);
    const second = await c.started({ nodeID: 'twin', ...beats });
    await second.broker.createService({ name: 'echo', actions: { headers: (ctx) => ctx.headers } });
    await c.advance(500);
    await expect(c.until(me.broker.call('echo.headers', {}, { headers: { h: 1 } }))).resolves.toEqual({
      h: 1,
    });
    expect(me.transit.versions.inUse().map(({ ver }) => ver)).toEqual(['4']);
  });

  it('that is known by what it answers in 5 alone brings no second version into use', async () => {
    const c = cluster();
    const old = c.peer('old', '4').behave();
    const me = await c.started({ nodeID: 'me', ...beats });
    const twin = await c.started({ nodeID: 'twin', ...beats });
    // As after a long silence of it.
    me.transit.versions.keep((nodeID) => nodeID === 'old');
    old.forget();
    twin.transit.sendPlain('INFO', 'me', { metadata: { $capabilities: ['bilingual'] } }, dialect5);
    await c.advance(5000);
    expect(new Set(old.got('HEARTBEAT', 'me').map((packet) => packet['ver']))).toEqual(new Set(['4']));
  });

  it('announces itself in the version of a node that answers later than one that came in between', async () => {
    const c = cluster();
    const old = c.peer('old', '4');
    const me = c.node({ nodeID: 'me', ...beats });
    let between: RawPeer | undefined;
    me.transporter.countSubscribers = async (topic) => {
      if (!topic.endsWith('DISCOVER')) return 0;
      // On a wire that counts in its turn, after all that was sent before.
      await new Promise((resolve) => setImmediate(resolve));
      const count = c.hub.countSubscribers(topic);
      between = c.peer('between', '5').behave();
      return count;
    };
    const starting = me.node.start();
    await c.advance(20);
    expect(between).toBeDefined();
    expect(old.got('INFO')).toEqual([]);
    old.info('me');
    await c.until(starting);
    await c.settle();
    expect(old.got('INFO').map((packet) => packet['ver'])).toEqual(['4']);
    expect(between!.got('DISCOVER')).toEqual([]);
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
