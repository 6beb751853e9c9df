import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Repeats } from '../../../lib/transit/repeats.js';
import { eachCluster, type RawPeer } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();

const cluster = eachCluster();

async function serving(rememberedIDs?: number) {
  const c = cluster();
  const seen: string[] = [];
  const options = rememberedIDs === undefined ? {} : { transit: { rememberedIDs } };
  const { broker } = await c.started({ nodeID: 'me', ...options });
  await broker.createService({
    name: 'near',
    actions: {
      get: (ctx) => {
        seen.push(`${ctx.nodeID} asks ${ctx.id}`);
        if (ctx.id === 'bad') throw new Error('no');
        return ctx.params;
      },
    },
    events: { done: (ctx) => void seen.push(`${ctx.nodeID} tells ${String(ctx.params)}`) },
  });
  const peer = c.peer('peer');
  peer.info();
  await c.settle();
  return { c, seen, peer };
}

const ask = (peer: RawPeer, id: string) => peer.send('REQ', 'me', { id, action: 'near.get', params: {} });
const tell = (peer: RawPeer, id?: string) =>
  peer.send('EVENT', 'me', { id, event: 'done', data: id ?? 'nothing' });

describe('a packet that arrives twice', () => {
  it('runs an action once, and is answered once', async () => {
    const { c, seen, peer } = await serving();
    for (const id of ['1', '1', '2', '1', 'bad', 'bad']) ask(peer, id);
    await c.settle();
    ask(peer, '2');
    await c.settle();
    expect(seen).toEqual(['peer asks 1', 'peer asks 2', 'peer asks bad']);
    expect(peer.got('RES').map(({ id }) => id)).toEqual(['1', '2', 'bad']);
  });

  it('is heard once as an event', async () => {
    const { c, seen, peer } = await serving();
    for (const id of ['1', '1', '2', '1']) tell(peer, id);
    await c.settle();
    expect(seen).toEqual(['peer tells 1', 'peer tells 2']);
  });

  it('is told from one of another sender, and a request from an event', async () => {
    const { c, seen, peer } = await serving();
    const other = c.peer('other');
    for (const sender of [peer, other, peer, other]) {
      ask(sender, '1');
      tell(sender, '1');
    }
    await c.settle();
    expect(seen).toEqual(['peer asks 1', 'peer tells 1', 'other asks 1', 'other tells 1']);
  });

  it('cannot be told where it has no ID', async () => {
    const { c, seen, peer } = await serving();
    for (const id of [undefined, undefined, '', '']) tell(peer, id);
    for (const id of ['', '']) ask(peer, id);
    await c.settle();
    expect(seen).toHaveLength(6);
  });

  it('is told of, once for each sender: it may be one who counts anew after a restart', async () => {
    const { c, peer } = await serving();
    for (const send of [ask, ask, ask, tell, tell]) send(peer, 'a1');
    await c.settle();
    const texts = logs.texts('warn').filter((text) => text.includes('rememberedIDs'));
    expect(texts).toEqual([
      expect.stringContaining("Packet of node 'peer' dropped: one with the ID 'a1' came before"),
    ]);
  });

  it('runs twice where nothing shall be remembered', async () => {
    const { c, seen, peer } = await serving(0);
    for (const send of [ask, ask, tell, tell]) send(peer, '1');
    await c.settle();
    expect(seen).toHaveLength(4);
  });
});

describe('the memory of packets', () => {
  it('keeps an ID for half a minute at least and for a minute at most, also where the clock is put back', () => {
    let now = 1_000_000;
    const repeats = new Repeats(100, () => now);
    for (const age of [29_999, 59_999, 60_001]) {
      const id = `after ${age}`;
      expect(repeats.first('a', id)).toBe(true);
      now += age;
      expect(repeats.first('a', id)).toBe(age > 60_000);
      now += 120_000;
    }
    for (const wait of [0, 20_000, 15_000, 20_000, 29_000]) {
      now += wait;
      repeats.first('a', `${now}`);
      expect(repeats.first('a', `${now}`)).toBe(false);
    }
    expect(repeats.size).toBeLessThanOrEqual(5);
    now -= 3_600_000;
    repeats.first('a', 'put back');
    expect(repeats.first('a', 'put back')).toBe(false);
  });

  it('knows the last ones, half as many as it may hold or more, and never holds more', () => {
    const packet = fc.tuple(
      fc.integer({ min: 0, max: 2 }).map(String),
      fc.integer({ min: 0, max: 25 }).map(String),
    );
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.array(packet, { maxLength: 200 }), (limit, packets) => {
        const repeats = new Repeats(limit, () => 0);
        /** Those that were taken for new, the latest last. */
        const taken: string[] = [];
        for (const [sender, id] of packets) {
          const key = `${sender} ${id}`;
          const first = repeats.first(sender, id);
          if (taken.slice(-Math.ceil(limit / 2)).includes(key)) expect(first).toBe(false);
          if (!taken.includes(key)) expect(first).toBe(true);
          if (first) taken.push(key);
          expect(repeats.size).toBeLessThanOrEqual(2 * Math.ceil(limit / 2));
        }
      }),
    );
  });
});
