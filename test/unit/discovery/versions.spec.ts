import { describe, expect, it } from 'vitest';
import { type MoleculerModuleOptions, Transit } from '../../../lib/index.js';
import { BEATS, type Life, lives, node, serves } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const start = lives(logs);

/** The others are not to ask of themselves. */
const QUIET = { ...BEATS, registry: { discoverer: { options: { refreshEvery: 0 } } } };
const old = node('old', { ...QUIET, protocolVersion: '4' }, serves('four', ['get']));
const young = node('young', { ...QUIET, protocolVersion: '5' }, serves('five', ['get']));
const echo = { name: 'echo', actions: { headers: (ctx: { headers: object }) => ctx.headers } };
const headers = { headers: { h: 1 } };

const inUse = (c: Life, nodeID: string) =>
  c.cluster
    .get(nodeID, Transit)
    .versions.inUse()
    .map(({ ver }) => ver);
const vers = (packets: readonly { [key: string]: unknown }[]) => packets.map(({ ver }) => ver);

describe('a bilingual node', () => {
  it('sees nodes of both versions and is asked and asks in each one’s own', async () => {
    const sums = {
      name: 'sums',
      actions: { inc: (ctx: { params: unknown }) => (ctx.params as { a: number }).a + 1 },
    };
    const c = await start([old, young, node('me', BEATS, sums)]);
    await expect(c.broker('me').call('four.get', {}, headers)).resolves.toBe('old');
    await expect(c.broker('me').call('five.get', {}, headers)).resolves.toBe('young');
    expect(c.got('old', 'REQ')[0]).toMatchObject({ ver: '4' });
    expect(c.got('old', 'REQ')[0]).not.toHaveProperty('headers');
    expect(c.got('young', 'REQ')[0]).toMatchObject({ ver: '5', headers: { h: 1 } });
    for (const [nodeID, ver] of [
      ['old', '4'],
      ['young', '5'],
    ] as const) {
      await expect(c.broker(nodeID).call('sums.inc', { a: 1 })).resolves.toBe(2);
      const [answer] = c.got(nodeID, 'RES', 'me');
      expect(answer).toMatchObject({ success: true, data: 2, ver });
      expect('headers' in answer!).toBe(ver === '5');
    }
    expect([c.seenBy('old'), c.seenBy('young')]).toEqual([['me'], ['me']]);
  });

  it('beats and says goodbye once per version in use', async () => {
    const c = await start([old, young, node('me', BEATS)]);
    await c.cluster.crash('young');
    await c.cluster.advance(60_000 * 12);
    /** The versions of what `me` said at one time, each time alike. What goes to all goes to one of the other version, too. */
    const told = (type: 'HEARTBEAT' | 'DISCONNECT') => {
      const sent = c.carried.filter((one) => one.from === 'me' && one.to === 'old' && one.type === type);
      const times = [...new Set(sent.map(({ at }) => at))].map((time) =>
        vers(sent.filter(({ at }) => at === time).map(({ packet }) => packet)).join(' '),
      );
      return [...new Set(times)];
    };
    c.forget();
    await c.cluster.advance(5000);
    expect(told('HEARTBEAT')).toEqual(['4']);
    await c.cluster.restart('young');
    c.forget();
    await c.cluster.advance(5000);
    expect(told('HEARTBEAT')).toEqual(['5 4']);
    await c.leave('me');
    expect(told('DISCONNECT')).toEqual(['5 4']);
  });

  it('asks in both versions at the start, the primary one first', async () => {
    const c = await start([node('me'), node('peer')]);
    c.forget();
    await c.cluster.restart('me');
    expect(vers(c.got('peer', 'DISCOVER', 'me'))).toEqual(['5', '4']);
  });

  it('speaks 5 with others of its kind, so that headers arrive, and they bring no second version into use', async () => {
    const c = await start([node('a', BEATS, echo), node('b', BEATS)]);
    await c.cluster.advance(20_000);
    await expect(c.broker('b').call('echo.headers', {}, headers)).resolves.toEqual({ h: 1 });
    for (const nodeID of ['a', 'b']) expect(inUse(c, nodeID)).toEqual(['5']);
  });

  it('says in its metadata that it understands both, where it does', async () => {
    const c = await start([
      old,
      node('both', { metadata: { zone: 'a' } }),
      node('four', { metadata: { zone: 'b' }, protocolVersion: '4' }),
    ]);
    expect(c.got('old', 'INFO', 'both').at(-1)?.['metadata']).toEqual({
      zone: 'a',
      $capabilities: ['bilingual'],
    });
    expect(c.got('old', 'INFO', 'four').at(-1)?.['metadata']).toEqual({ zone: 'b' });
  });

  it('speaks 5 with one of its kind that died and came back in a cluster of 0.14', async () => {
    const c = await start([old, node('me', BEATS), node('twin', BEATS, echo)]);
    await c.cluster.crash('twin');
    await c.cluster.restart('twin');
    await expect(c.broker('me').call('echo.headers', {}, headers)).resolves.toEqual({ h: 1 });
    expect(inUse(c, 'me')).toEqual(['4']);
  });

  it('follows a node that comes back with the older version', async () => {
    let protocolVersion: MoleculerModuleOptions['protocolVersion'] = '5';
    // It must not be us who is heard first.
    const c = await start([node('me'), node('peer', () => ({ ...BEATS, protocolVersion }))]);
    const { versions } = c.cluster.get('me', Transit);
    expect(versions.of('peer').ver).toBe('5');
    await c.cluster.crash('peer');
    await c.cluster.advance(45_000);
    protocolVersion = '4';
    const words = c.cluster.drop({ from: 'peer', type: ['INFO', 'DISCOVER'] });
    await c.cluster.restart('peer');
    expect(c.sees('me', 'peer')).toBe(false);
    words.stop();
    c.forget();
    await c.cluster.advance(2200);
    // Asked in the version of the heartbeat, or else it would not have answered.
    expect(vers(c.got('peer', 'DISCOVER', 'me'))[0]).toBe('4');
    expect(c.sees('me', 'peer')).toBe(true);
    expect(versions.of('peer').ver).toBe('4');
  });
});

describe('a node of one version', () => {
  it.each(['4', '5'] as const)('%s: speaks it alone, refuses the other and says so once', async (ver) => {
    const foreign = ver === '4' ? '5' : '4';
    const c = await start([
      node('me', { ...BEATS, protocolVersion: ver }),
      node('own', { ...BEATS, protocolVersion: ver }),
      node('foreign', { ...BEATS, protocolVersion: foreign }),
    ]);
    await c.cluster.advance(10_000);
    expect(c.got('me', 'HEARTBEAT', 'foreign').length).toBeGreaterThan(3);
    expect(
      c
        .registry('me')
        .nodes()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['me', 'own']);
    expect(c.carried.filter(({ from, packet }) => from === 'me' && packet['ver'] !== ver)).toEqual([]);
    // Each of the two that are of one version says so of the third.
    expect(logs.texts('warn').filter((text) => text.includes("'foreign'"))).toHaveLength(2);
  });
});
