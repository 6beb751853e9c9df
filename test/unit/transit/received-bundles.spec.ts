import { describe, expect, it, vi } from 'vitest';
import { BUNDLE, MAX_ENTRIES } from '../../../lib/protocol/bundle.js';
import type { Dictionary } from '../../../lib/protocol/packets.js';
import { Bundler } from '../../../lib/transit/bundler.js';
import { announced, eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import { start } from './bundling.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();

describe('a bundle from the network', () => {
  async function target() {
    const c = cluster();
    const peer = c.peer('peer').behave();
    const me = await start(c, 'me');
    const served = vi.fn((ctx: { params: unknown }) => ctx.params);
    const heard = vi.fn();
    await me.broker.createService({
      name: 'mine',
      actions: { echo: served as never, secret: { visibility: 'private', handler: served as never } },
      events: { happened: heard as never, '**': heard as never, '$node.connected': heard as never },
    });
    await c.advance(100);
    peer.forget();
    // `**` hears of the broker's own start.
    heard.mockClear();
    const send = async (data: unknown) => {
      peer.send('EVENT', 'me', { event: BUNDLE, data });
      await c.settle();
    };
    return { c, peer, served, heard, send, ...me };
  }

  it('gives each packet to its handler, whatever is wrong with the others', async () => {
    const { peer, served, heard, send } = await target();
    await send([
      null,
      7,
      'x',
      {},
      [],
      [99, 'id'],
      [1],
      [1, 2, 3],
      [1, 'id', 5],
      [2],
      [4, 'nobody', null],
      [5, null, 1],
      [1, 'a', 'mine.echo', { ok: 1 }, -5, 5, 'no map', [], -1, {}, [], 'x'],
      [1, 'b', 'mine.none', null, null],
      [1, 'c', 'mine.secret', null, 10],
      [5, 'd', 'happened', { n: 1 }, [], 0, 'r'],
      [5, 'e', '$node.connected', {}, null, 1, 'r'],
    ]);
    expect(served).toHaveBeenCalledTimes(1);
    expect(served.mock.calls[0]?.[0]).toMatchObject({
      params: { ok: 1 },
      level: 1,
      requestID: 'a',
      meta: {},
    });
    // Once for the name, once for `**`; the forged internal event reaches nobody.
    expect(heard).toHaveBeenCalledTimes(2);
    expect(peer.got('RES').map(({ id, success }) => [id, success])).toEqual([
      ['a', true],
      ['b', false],
      ['c', false],
    ]);
    expect(logs.texts('warn').filter((line) => line.includes(BUNDLE))).toHaveLength(1);
  });

  it('settles a call only if it comes from the node that was asked, and pollutes nothing', async () => {
    const { c, peer, broker, send } = await target();
    const other = c.peer('other');
    other.services = [announced('slow', { get: {} })];
    other.info();
    await c.settle();
    const call = broker.call('slow.get');
    await c.settle();
    const [{ id }] = other.got('REQ') as [{ id: string }];
    await send([[2, id, 'forged', JSON.parse('{"__proto__":{"polluted":1}}')]]);
    other.send('EVENT', 'me', { event: BUNDLE, data: [[2, id, 'true', { m: 1 }]] });
    expect(await c.until(call)).toBe('true');
    expect(({} as Dictionary)['polluted']).toBeUndefined();
    expect(peer.got('RES')).toEqual([]);
  });

  it('of more entries than one of ours can have is dropped whole: each could cause an answer', async () => {
    const { peer, served, send } = await target();
    const entries = (length: number) => Array.from({ length }, (_, i) => [1, `q${i}`, 'missing.action']);
    await send([[1, 'first', 'mine.echo'], ...entries(MAX_ENTRIES)]);
    expect(served).not.toHaveBeenCalled();
    expect(peer.got('RES')).toEqual([]);
    expect(logs.texts('warn').filter((line) => line.includes(BUNDLE))).toHaveLength(1);
    await send([[1, 'first', 'mine.echo'], ...entries(MAX_ENTRIES - 1)]);
    expect(served).toHaveBeenCalledTimes(1);
    expect(peer.got('RES')).toHaveLength(MAX_ENTRIES);
    const made: number[] = [];
    const bundler = new Bundler(
      (_nodeID, text) => made.push((JSON.parse(`[${text}]`) as unknown[]).length) > 0,
    );
    for (let i = 0; i < 3 * MAX_ENTRIES; i++) bundler.send('RES', 'peer', '[3,"x"]');
    bundler.flush(undefined);
    expect(Math.max(...made)).toBeLessThanOrEqual(MAX_ENTRIES);
    expect(made.length).toBeLessThanOrEqual(4);
  });

  it('within a bundle is none, nor an event that anybody hears', async () => {
    const { heard, served, send } = await target();
    await send([[5, 'id', BUNDLE, [[1, 'q', 'mine.echo']], null, 1, 'r']]);
    expect([heard, served].every((one) => one.mock.calls.length === 0)).toBe(true);
  });

  it.each([undefined, null, 'text', {}, 5])('that is %s is dropped', async (data) => {
    const { served, heard, send, c, broker } = await target();
    await send(data);
    expect([served, heard].every((one) => one.mock.calls.length === 0)).toBe(true);
    expect(await c.until(broker.call('mine.echo', 1))).toBe(1);
  });
});
