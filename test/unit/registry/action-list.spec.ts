import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MoleculerServerError } from '../../../lib/errors/moleculer.error.js';
import type { Endpoint } from '../../../lib/strategies/endpoint.js';
import { LoadBalanceStrategy } from '../../../lib/strategies/load-balance.strategy.js';
import { ctx, info, makeRegistry, ours, served, service } from './registry.fixture.js';

/** Counts what it is asked, and always takes the last. */
class LastStrategy extends LoadBalanceStrategy {
  readonly seen: (readonly Endpoint[])[] = [];
  override select<E extends Endpoint>(endpoints: readonly E[]): E {
    this.seen.push(endpoints);
    return endpoints[endpoints.length - 1];
  }
}

afterEach(() => vi.restoreAllMocks());

describe('the list of an action', () => {
  it('takes the name inside the action, not its key', () => {
    const { registry } = makeRegistry();
    const entry = {
      name: 'math',
      actions: { 'key.only': { name: 'real.name' }, 'no.name': { rawName: 'x' } },
    };
    registry.applyInfo(info('a', [entry]));
    expect(served(registry, 'real.name', 1)).toEqual(['a']);
    expect(registry.action('key.only')).toBeUndefined();
    expect(registry.action('no.name')).toBeUndefined();
  });

  it.each([
    ['published', true],
    ['public', true],
    [null, true],
    ['protected', false],
    ['private', false],
    ['whatever', false],
  ])('has remote actions of visibility %s: %s', (visibility, callable) => {
    const { registry } = makeRegistry();
    registry.applyInfo(info('a', [service('s', { act: { visibility } })]));
    expect(served(registry, 's.act', 1)).toEqual([callable ? 'a' : null]);
    expect(registry.action('s.act')?.on('a')?.nodeID).toBe(callable ? 'a' : undefined);
  });

  it('always serves names that begin with $ here, if they are here', () => {
    const { registry } = makeRegistry({ preferLocal: false });
    registry.applyInfo(info('a', [service('$node', { list: {} })]));
    expect(served(registry, '$node.list', 1)).toEqual(['a']);
    registry.registerLocal(ours(service('$node', { list: {} })));
    expect(served(registry, '$node.list', 2)).toEqual(['me', 'me']);
  });

  it('finds the endpoint of one node', () => {
    const { registry } = makeRegistry();
    registry.applyInfo(info('a', [service('math', { add: {} })]));
    registry.applyInfo(info('b', [service('other', {})]));
    const list = registry.action('math.add');
    expect(list?.on('a')).toMatchObject({ nodeID: 'a', name: 'math.add', local: false, available: true });
    expect(list?.on('a')).toBe(list?.on('a'));
    expect(list?.on('a')).toBe(list?.next(ctx));
    expect([list?.on('b'), list?.on('c'), list?.on('me')]).toEqual([undefined, undefined, undefined]);
    registry.disconnect('a', false);
    expect(list?.on('a')).toBeUndefined();
  });

  it('gives replicas one handler, made at the first call', () => {
    const { registry } = makeRegistry();
    const make = vi.fn(() => () => 'answer');
    registry.setRemoteHandler(make);
    for (const id of ['a', 'b', 'c']) registry.applyInfo(info(id, [service('math', { add: {}, sub: {} })]));
    expect(make).not.toHaveBeenCalled();
    const handlers = served(registry, 'math.add', 3).map(
      (id) => registry.action('math.add')?.on(id as string)?.handler,
    );
    expect(make).toHaveBeenCalledTimes(1);
    expect(new Set(handlers).size).toBe(1);
  });

  it('keeps array and endpoints until nodes change, and the endpoints of those that stay even then', () => {
    const strategy = new LastStrategy();
    const { registry } = makeRegistry({ strategy });
    for (const id of ['a', 'b', 'c']) registry.applyInfo(info(id, [service('math', { add: {} })]));
    served(registry, 'math.add', 3);
    // Neither heartbeats nor a repeated INFO change the list.
    registry.heartbeat('a', 50);
    registry.applyInfo(info('a', [service('math', { add: {} })]));
    served(registry, 'math.add', 1);
    expect(new Set(strategy.seen).size).toBe(1);
    registry.disconnect('b', false);
    served(registry, 'math.add', 1);
    const [before, after] = [...new Set(strategy.seen)];
    expect(after.map((endpoint) => endpoint.nodeID)).toEqual(['a', 'c']);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[2]);
    expect(before[0].cpu).toBe(50);
    expect(before[1].available).toBe(false);
  });

  it('makes new endpoints for a node that came back or was restarted', () => {
    const { registry } = makeRegistry();
    const services = [service('math', { add: {} })];
    const endpoint = () => registry.action('math.add')?.next(ctx);
    registry.applyInfo(info('a', services));
    const first = endpoint();
    registry.applyInfo(info('a', services, { instanceID: 'second life' }));
    const second = endpoint();
    registry.disconnect('a', true);
    registry.applyInfo(info('a', services, { instanceID: 'second life' }));
    const third = endpoint();
    expect(new Set([first, second, third]).size).toBe(3);
    expect([first, second, third].map((one) => one?.available)).toEqual([false, false, true]);
  });

  it('remembers 10,000 names that are gone, the youngest', () => {
    const { registry } = makeRegistry();
    const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`act${i}`, {}]));
    registry.applyInfo(info('a', [service('big', many)]));
    registry.applyInfo(info('b', [service('kept', { act: {} })]));
    registry.disconnect('a', false);
    expect(registry.stats()).toMatchObject({ emptyLists: 10_000, actionLists: 10_001 });
    expect(registry.action('big.act0')).toBeUndefined();
    expect(registry.action('big.act10000')).toBeDefined();
    registry.applyInfo(info('a', [service('big', many)], { seq: 9 }));
    expect(registry.stats()).toMatchObject({ emptyLists: 0, actionLists: 10_002 });
  });

  it('returns a private action of ours only where nobody else has the name', () => {
    const { registry } = makeRegistry();
    registry.registerLocal(ours(service('s', { secret: { visibility: 'private' } })));
    const list = registry.action('s.secret');
    expect(list).toMatchObject({ hidden: true, local: { visibility: 'private' } });
    expect(list?.next(ctx)).toBe(list?.local);
    registry.applyInfo(info('a', [service('s', { secret: {} })]));
    expect(served(registry, 's.secret', 2)).toEqual(['a', 'a']);
    expect(registry.action('s.secret')?.hidden).toBe(false);
    registry.disconnect('a', false);
    registry.unregisterLocal('s');
    expect(registry.action('s.secret')).toBeDefined();
  });

  it('does not remember a name that only a private action of ours had', () => {
    const { registry } = makeRegistry();
    registry.registerLocal(ours(service('s', { secret: { visibility: 'private' } })));
    registry.unregisterLocal('s');
    expect(registry.action('s.secret')).toBeUndefined();
  });

  it('serves our own protected actions', () => {
    const { registry } = makeRegistry();
    registry.registerLocal(ours(service('s', { act: { visibility: 'protected' } })));
    expect(registry.action('s.act')?.next(ctx)).toMatchObject({
      visibility: 'protected',
      local: true,
      nodeID: 'me',
    });
    expect(registry.action('s.act')?.next(ctx)?.handler(ctx)).toBe('local s.act');
  });

  it('gives an action back to the earlier of two services that have it', () => {
    const { registry } = makeRegistry();
    registry.registerLocal(ours(service('one', {}, {}, { actions: { shared: { name: 'shared' } } })));
    registry.registerLocal(ours(service('two', {}, {}, { actions: { shared: { name: 'shared' } } })));
    const owner = () => registry.action('shared')?.local?.service.name;
    expect(owner()).toBe('two');
    registry.unregisterLocal('two');
    expect(owner()).toBe('one');
    registry.unregisterLocal('one');
    expect(owner()).toBeUndefined();
  });
});

describe('the strategy', () => {
  it('given as provider decides every call with more than one eligible endpoint, and no other', () => {
    const strategy = new LastStrategy();
    const { registry } = makeRegistry({ strategy });
    registry.applyInfo(info('a', [service('math', { add: {}, sub: {} })]));
    served(registry, 'math.add', 3);
    expect(strategy.seen).toEqual([]);
    registry.applyInfo(info('b', [service('math', { add: {} })]));
    expect(served(registry, 'math.add', 3)).toEqual(['b', 'b', 'b']);
    expect(served(registry, 'math.sub', 1)).toEqual(['a']);
    expect(strategy.seen.length).toBe(3);
  });

  it('is that of the action, if it asks for one: ours before that of others', () => {
    const { registry } = makeRegistry({ preferLocal: false });
    const random = { add: { strategy: 'Random' } };
    for (const id of ['a', 'b', 'c']) registry.applyInfo(info(id, [service('math', random)]));
    // The random source of these tests always says 0.
    expect(served(registry, 'math.add', 3)).toEqual(['a', 'a', 'a']);
    registry.registerLocal(ours(service('math', { add: { strategy: 'RoundRobin' } })));
    expect(new Set(served(registry, 'math.add', 4)).size).toBe(4);
  });

  it('may be a class of ours, made once with its options', () => {
    const made: unknown[] = [];
    class Own extends LastStrategy {
      constructor(options: object) {
        super();
        made.push(options);
      }
    }
    const { registry } = makeRegistry({ preferLocal: false });
    for (const id of ['a', 'b']) registry.applyInfo(info(id, [service('math', { add: {} })]));
    registry.registerLocal(ours(service('math', { add: { strategy: Own, strategyOptions: { shards: 3 } } })));
    expect(served(registry, 'math.add', 2)).toEqual(['b', 'b']);
    registry.disconnect('b', false);
    expect(served(registry, 'math.add', 2)).toEqual(['a', 'a']);
    expect(made).toEqual([{ shards: 3 }]);
  });

  it.each([
    ['Shard', /not built yet/],
    ['NoSuch', /Unknown/],
  ])('is the default where a node asks for %s, which is said once', (name, reason) => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const { registry } = makeRegistry();
    for (const id of ['a', 'b', 'c']) {
      registry.applyInfo(
        info(id, [
          service('math', { add: { strategy: name, strategyOptions: { id } }, sub: { strategy: name } }),
        ]),
      );
    }
    expect(served(registry, 'math.add', 3)).toEqual(['a', 'b', 'c']);
    expect(served(registry, 'math.sub', 3)).toEqual(['a', 'b', 'c']);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0][0]).toMatch(reason);
  });

  it('is the default where nodes ask for ever new ones, and neither the log nor the memory grows with them', () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const { registry } = makeRegistry();
    registry.applyInfo(info('a', [service('math', { add: {} })]));
    for (let seq = 1; seq <= 500; seq++) {
      const strategyOptions = { text: 'x'.repeat(seq === 500 ? 1_000_000 : seq) };
      const add = { strategy: seq % 2 ? `NoSuch${seq}` : 'Random', strategyOptions };
      registry.applyInfo(info('b', [service('math', { add })], { seq }));
      expect(served(registry, 'math.add', 2)).toHaveLength(2);
    }
    expect(warn).toHaveBeenCalledTimes(100);
    const { byText, refused } = registry.picker as unknown as Record<
      string,
      { entries: Map<string, unknown> }
    >;
    expect([byText.entries.size, refused.entries.size]).toEqual([100, 100]);
    for (const key of byText.entries.keys()) expect(key.length).toBeLessThan(1001);
    warn.mockRestore();
  });

  it.each([[7], [true], [[]], [{ type: 5 }], [{ select: 'no function' }]])(
    'is the default where a node asks for %j',
    (strategy) => {
      const { registry } = makeRegistry();
      for (const id of ['a', 'b']) registry.applyInfo(info(id, [service('math', { add: { strategy } })]));
      expect(served(registry, 'math.add', 2)).toEqual(['a', 'b']);
    },
  );

  it('that chooses nothing makes the call fail', () => {
    const nothing = { select: () => undefined } as unknown as LoadBalanceStrategy;
    const { registry } = makeRegistry({ strategy: nothing });
    for (const id of ['a', 'b']) registry.applyInfo(info(id, [service('math', { add: {} })]));
    const list = registry.action('math.add');
    expect(() => list?.next(ctx)).toThrow(MoleculerServerError);
    expect(() => list?.next(ctx)).toThrow('Strategy returned an invalid endpoint.');
  });
});
