import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster, VERSIONS, type OwnNode } from '../support/cluster.js';
import type { Peer } from '../support/peer.js';

const VALUES: [string, unknown][] = [
  ['an object', { a: 1, deep: { list: [1, { b: [] }], none: null } }],
  ['an empty object', {}],
  ['an array', [1, 'two', null, true, [], {}]],
  ['an empty array', []],
  ['a string', 'text'],
  ['an empty string', ''],
  ['text beyond ASCII', 'žluťoučký 漢字 🙂 \u0000 \u2028 "quoted" \\ \n'],
  ['a lone surrogate', 'a\ud800b'],
  ['an integer', 42],
  ['zero', 0],
  ['a negative fraction', -1.5],
  ['the greatest safe integer', Number.MAX_SAFE_INTEGER],
  ['very large and very small numbers', [1e300, 5e-324]],
  ['true', true],
  ['false', false],
  ['null', null],
  ['keys that objects have', { constructor: 1, toString: 2, length: 3, '': 4 }],
];

const MEGABYTE = 1024 * 1024;

describe.each(VERSIONS)('values to and from Moleculer 0.$version', ({ version }) => {
  const isFive = version === 15;
  let cluster: Cluster;
  let own: OwnNode;
  let peer: Peer;

  beforeAll(async () => {
    cluster = new Cluster({ label: 'values', version });
    [own, peer] = await Promise.all([cluster.own(), cluster.peer()]);
    await Promise.all([own.broker.waitForServices('echo', 60_000), peer.waitForServices('own')]);
  });
  afterAll(() => cluster.close());

  it.each(VALUES)('%s goes there and back, started from either side', async (_what, value) => {
    expect(await own.call('echo.reply', value)).toEqual(value);
    expect(await peer.call('own.reply', value)).toEqual(value);
  });

  it('params that were not given arrive as an empty object, null as null', async () => {
    expect(await own.call('echo.types')).toEqual({ t: 'Object', v: {} });
    expect(await own.call('echo.types', null)).toEqual({ t: 'null' });
    expect(await peer.call('own.types')).toEqual({ t: 'Object', v: {} });
    expect(await peer.call('own.types', null)).toEqual({ t: 'null' });
  });

  it('undefined and null results stay apart', async () => {
    expect(await own.call('echo.nothing')).toBeUndefined();
    expect(await own.call('echo.nil')).toBeNull();
    expect(await peer.outcome('own.nothing')).toMatchObject({ ok: true, type: 'undefined' });
    expect(await peer.outcome('own.reply', null)).toMatchObject({ ok: true, type: 'null' });
  });

  it('what JSON has no type for arrives in the same form as between Moleculer nodes', async () => {
    const odd = { date: new Date(0), bytes: Buffer.from('ab'), none: undefined, nan: NaN };
    const asJson = { date: '1970-01-01T00:00:00.000Z', bytes: { type: 'Buffer', data: [97, 98] }, nan: null };
    expect(await own.call('echo.reply', odd)).toEqual(asJson);
    const date = { t: 'Date', v: '1970-01-01T00:00:00.000Z' };
    expect(await peer.call('own.value', date)).toBe('1970-01-01T00:00:00.000Z');
    expect(await own.call('echo.value', { t: 'Buffer', v: 'YWI=' })).toEqual({
      type: 'Buffer',
      data: [97, 98],
    });
  });

  it('a megabyte goes either way, as params and as a result', async () => {
    const text = 'ž'.repeat(MEGABYTE);
    expect((await own.call('echo.reply', { text })).text === text).toBe(true);
    expect(await peer.call('own.big', { size: MEGABYTE })).toHaveLength(MEGABYTE);
    expect(await peer.call('own.length', { text })).toBe(MEGABYTE);
    expect(await own.call('echo.big', { size: MEGABYTE })).toHaveLength(MEGABYTE);
  });

  it('a BigInt or a circle in our params rejects the call and nothing waits', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    for (const params of [{ n: 1n }, circular]) {
      expect(await own.failure('echo.reply', params)).toMatchObject({
        name: 'MoleculerError',
        code: 500,
        type: 'INVALID_PACKET_DATA',
        message: expect.stringContaining("'echo.reply'"),
      });
    }
    expect(await own.failure('echo.reply', {}, { meta: { n: 1n } })).toMatchObject({
      type: 'INVALID_PACKET_DATA',
    });
    expect(own.pending).toBe(0);
  });

  it('a BigInt or a circle in our result is an error for a Moleculer caller, at once', async () => {
    const expected = { ok: false, error: { code: 500, type: 'INVALID_PACKET_DATA', nodeID: own.nodeID } };
    expect(await peer.outcome('own.value', { t: 'bigint', v: '1' }, { timeout: 20_000 })).toMatchObject(
      expected,
    );
    expect(await peer.outcome('own.circular', {}, { timeout: 20_000 })).toMatchObject(expected);
  });

  it('a hostile key changes no prototype', async () => {
    const hostile = JSON.parse('{"__proto__":{"polluted":true},"a":1}') as object;
    await peer.call('own.reply', hostile, { meta: hostile });
    const back = await own.call('own.nested', { action: 'echo.setMeta', params: hostile });
    expect(back.error).toBeUndefined();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(back.meta)).toBe(Object.prototype);
  });

  it('meta goes down', async () => {
    const meta = { user: { id: 1 }, list: [1, 2], none: null };
    expect(await own.call('echo.meta', {}, { meta })).toEqual(meta);
    expect(await peer.call('own.meta', {}, { meta })).toEqual(meta);
  });

  it.each(['setMeta', 'setMetaAndFail'])('meta comes back after %s', async (action) => {
    const params = { b: 2, c: { d: 3 } };
    const ours = await own.call('own.nested', { action: `echo.${action}`, params }, { meta: { a: 1, b: 1 } });
    expect(ours.meta).toEqual({ a: 1, ...params });
    expect(ours.error === undefined).toBe(action === 'setMeta');
    const theirs = await peer.outcome(`own.${action}`, params, { meta: { a: 1, b: 1 } });
    expect(theirs.ok).toBe(action === 'setMeta');
    expect(theirs.meta).toEqual({ a: 1, ...params });
  });

  it('headers go one hop, to and from nodes of protocol 5 only', async () => {
    const headers = { token: 'abc', n: 1 };
    expect((await own.call('echo.context', {}, { headers })).headers).toEqual(isFive ? headers : null);
    expect((await peer.call('own.context', {}, { headers })).headers).toEqual(isFive ? headers : {});
    const nested = await peer.call('own.nested', { action: 'echo.context', params: {} }, { headers });
    expect(nested.result.headers ?? {}).toEqual({});
  });
});
