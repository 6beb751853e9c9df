import { describe, expect, it } from 'vitest';
import type { Endpoint, MoleculerModuleOptions } from '../../../lib/index.js';
import { LoadBalanceStrategy } from '../../../lib/index.js';
import { foreigner, foreigners, service } from '../foreign.fixture.js';
import { lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const start = lives(logs);

/** Counts what it is asked, and always takes the last. */
class LastStrategy extends LoadBalanceStrategy {
  readonly seen: (readonly Endpoint[])[] = [];
  override select<E extends Endpoint>(endpoints: readonly E[]): E {
    this.seen.push(endpoints);
    return endpoints[endpoints.length - 1]!;
  }
}

const add = [service('math', { add: {} })];
const me = (registry: MoleculerModuleOptions['registry'] = {}) =>
  node('me', { internalServices: false, heartbeatInterval: 0, registry });
/** Ours, with what it says of itself. */
const math = (more: object) => ({
  name: 'math',
  actions: { add: { ...more, handler: () => 'me' } },
});

describe('the strategy', () => {
  it('given as provider decides every call with more than one eligible endpoint, and no other', async () => {
    const strategy = new LastStrategy();
    const c = await start([me({ strategy })]);
    await foreigners(c, ['a'], [service('math', { add: {}, sub: {} })]);
    expect(await c.answers('math.add', 3)).toEqual(['a', 'a', 'a']);
    expect(strategy.seen).toEqual([]);
    await foreigners(c, ['b'], add);
    expect(await c.answers('math.add', 3)).toEqual(['b', 'b', 'b']);
    expect(await c.answers('math.sub')).toEqual(['a']);
    expect(strategy.seen).toHaveLength(3);
  });

  it('is given the same array until nodes change, and the endpoints of those that stay even then', async () => {
    const strategy = new LastStrategy();
    const c = await start([me({ strategy })]);
    const [a, b] = await foreigners(c, ['a', 'b', 'c'], add);
    await c.answers('math.add', 3);
    // Neither heartbeats nor a repeated INFO change the list.
    a!.beat(50);
    a!.info();
    await c.cluster.advance(0);
    await c.answers('math.add');
    expect(new Set(strategy.seen).size).toBe(1);
    b!.send('DISCONNECT', undefined);
    await c.cluster.advance(0);
    await c.answers('math.add');
    const [before, after] = [...new Set(strategy.seen)];
    expect(after!.map((endpoint) => endpoint.nodeID)).toEqual(['a', 'c']);
    expect(after![0]).toBe(before![0]);
    expect(after![1]).toBe(before![2]);
    expect(before![0]!.cpu).toBe(50);
    expect(before![1]!.available).toBe(false);
  });

  it('is that of the action, if it asks for one: ours before that of others', async () => {
    const last = new LastStrategy();
    const c = await start([me({ preferLocal: false, strategy: last })]);
    await foreigners(c, ['a', 'b', 'c'], [service('math', { add: { strategy: 'RoundRobin' } })]);
    expect(new Set(await c.answers('math.add', 3))).toEqual(new Set(['a', 'b', 'c']));
    const own = new LastStrategy();
    await c.create('me', math({ strategy: own }));
    expect(await c.answers('math.add', 4)).toEqual(['c', 'c', 'c', 'c']);
    expect(own.seen).toHaveLength(4);
    expect(last.seen).toEqual([]);
  });

  it('may be chance, where others ask for it', async () => {
    const c = await start([me()]);
    await foreigners(c, ['a', 'b', 'c'], [service('math', { add: { strategy: 'Random' } })]);
    const turns = await c.answers('math.add', 30);
    expect(new Set(turns)).toEqual(new Set(['a', 'b', 'c']));
    const inTurn = Array.from({ length: 30 }, (_, i) => turns[i % 3]);
    expect(turns).not.toEqual(inTurn);
  });

  it('may be a class of ours, made once with its options', async () => {
    const made: unknown[] = [];
    class Own extends LastStrategy {
      constructor(options: object) {
        super();
        made.push(options);
      }
    }
    const c = await start([me({ preferLocal: false })]);
    const [, b] = await foreigners(c, ['a', 'b'], add);
    await c.create('me', math({ strategy: Own, strategyOptions: { shards: 3 } }));
    expect(await c.answers('math.add', 2)).toEqual(['b', 'b']);
    b!.send('DISCONNECT', undefined);
    await c.cluster.advance(0);
    expect(await c.answers('math.add', 2)).toEqual(['a', 'a']);
    expect(made).toEqual([{ shards: 3 }]);
  });

  it.each([
    ['Shard', /not built yet/],
    ['NoSuch', /Unknown/],
  ])('is the default where a node asks for %s, which is said once', async (strategy, reason) => {
    const c = await start([me()]);
    logs.lines.splice(0);
    for (const id of ['a', 'b', 'c']) {
      const asks = { add: { strategy, strategyOptions: { id } }, sub: { strategy } };
      await foreigners(c, [id], [service('math', asks)]);
    }
    expect(await c.answers('math.add', 3)).toEqual(['a', 'b', 'c']);
    expect(await c.answers('math.sub', 3)).toEqual(['a', 'b', 'c']);
    expect(logs.texts('warn')).toEqual([expect.stringMatching(reason)]);
  });

  it('is the default where nodes ask for ever new ones, and neither the log nor the memory grows with them', async () => {
    const c = await start([me()]);
    logs.lines.splice(0);
    await foreigners(c, ['a'], add);
    const b = foreigner(c, 'b');
    for (let seq = 1; seq <= 500; seq++) {
      const strategyOptions = { text: 'x'.repeat(seq === 500 ? 1_000_000 : seq) };
      const asks = { strategy: seq % 2 ? `NoSuch${seq}` : 'Random', strategyOptions };
      b.info([service('math', { add: asks })], { seq });
      await c.cluster.advance(0);
      for (const one of await c.answers('math.add', 2)) expect(['a', 'b']).toContain(one);
    }
    expect(logs.texts('warn')).toHaveLength(100);
    const { byText, refused } = c.registry('me').picker as unknown as Record<
      string,
      { entries: Map<string, unknown> }
    >;
    expect([byText!.entries.size, refused!.entries.size]).toEqual([100, 100]);
    for (const key of byText!.entries.keys()) expect(key.length).toBeLessThan(1001);
  });

  it.each([[7], [true], [[]], [{ type: 5 }], [{ select: 'no function' }]])(
    'is the default where a node asks for %j',
    async (strategy) => {
      const c = await start([me({ strategy: new LastStrategy() })]);
      await foreigners(c, ['a', 'b'], [service('math', { add: { strategy } })]);
      expect(await c.answers('math.add', 2)).toEqual(['b', 'b']);
    },
  );

  it('that chooses nothing makes the call fail', async () => {
    const nothing = { select: () => undefined } as unknown as LoadBalanceStrategy;
    const c = await start([me({ strategy: nothing })]);
    const others = await foreigners(c, ['a', 'b'], add);
    await expect(c.broker('me').call<string>('math.add')).rejects.toMatchObject({
      name: 'MoleculerServerError',
      message: 'Strategy returned an invalid endpoint.',
    });
    for (const { nodeID } of others) expect(c.got(nodeID, 'REQ')).toEqual([]);
  });
});
