import { describe, expect, it } from 'vitest';
import type { Registry } from '../../../lib/registry/registry.js';
import { RoundRobinStrategy } from '../../../lib/strategies/round-robin.strategy.js';
import { LoadBalanceStrategy } from '../../../lib/strategies/load-balance.strategy.js';
import type { Endpoint } from '../../../lib/strategies/endpoint.js';
import { ctx, info, makeRegistry, served, service } from './registry.fixture.js';

/** Twenty services of ten actions and two events each, parsed anew as each INFO would bring them. */
function replica(): object {
  const actions = Object.fromEntries(
    Array.from({ length: 10 }, (_, i) => [`act${i}`, { params: { id: 'number' } }]),
  );
  const services = Array.from({ length: 20 }, (_, i) =>
    service(`svc${i}`, actions, { 'user.*': {}, [`own.${i}`]: {} }),
  );
  return JSON.parse(JSON.stringify(services)) as object;
}

function cluster(size: number, strategy: LoadBalanceStrategy = new RoundRobinStrategy()): Registry {
  const { registry } = makeRegistry({ strategy });
  for (let i = 0; i < size; i++) registry.applyInfo(info(`node-${i}`, replica()));
  return registry;
}

/** Round robin over lists that count how often they are read. */
class CountingStrategy extends LoadBalanceStrategy {
  reads = 0;
  private readonly inner = new RoundRobinStrategy();
  override select<E extends Endpoint>(endpoints: readonly E[]): E {
    const counted = new Proxy(endpoints, {
      get: (target, key) => {
        this.reads++;
        return Reflect.get(target, key) as unknown;
      },
    });
    return this.inner.select(counted);
  }
}

describe('a thousand replicas', () => {
  it('share one list of services, and cost no endpoints until they are called', () => {
    const registry = cluster(1_000);
    expect(registry.stats()).toEqual({
      nodes: 1_001,
      shapes: 1,
      actionLists: 200,
      emptyLists: 0,
      actionEndpoints: 0,
      rebuilds: 0,
      eventLists: 40,
      eventTargets: 0,
      eventGroups: 0,
      eventEndpoints: 0,
      heardEvents: 0,
      announcedSize: expect.any(Number) as number,
    });
    const lists = new Set([...registry.remoteNodes()].map((node) => node.shape?.services));
    expect(lists.size).toBe(1);
    expect(new Set(served(registry, 'svc3.act4', 1_000)).size).toBe(1_000);
    expect(registry.stats()).toMatchObject({ actionEndpoints: 1_000, rebuilds: 1 });
    registry.action('svc5.act0')?.on('node-7');
    expect(registry.stats()).toMatchObject({ actionEndpoints: 1_001, rebuilds: 1 });
  });

  it('cost a call no more than two', () => {
    const reads = [2, 1_000].map((size) => {
      const strategy = new CountingStrategy();
      const registry = cluster(size, strategy);
      served(registry, 'svc0.act0', 1);
      strategy.reads = 0;
      served(registry, 'svc0.act0', 100);
      expect(registry.stats().rebuilds).toBe(1);
      return strategy.reads;
    });
    expect(reads[1]).toBeLessThanOrEqual(reads[0]);
  });

  it('are gathered once for all changes between two calls', () => {
    const registry = cluster(1_000);
    served(registry, 'svc0.act0', 1);
    for (let i = 0; i < 500; i++) registry.disconnect(`node-${i}`, false);
    for (let i = 0; i < 100; i++) registry.applyInfo(info(`late-${i}`, replica()));
    expect(registry.stats().rebuilds).toBe(1);
    expect(served(registry, 'svc0.act0', 1)).not.toEqual([null]);
    expect(registry.stats()).toMatchObject({ rebuilds: 2, actionEndpoints: 600, shapes: 1 });
  });

  it('cost an emit nothing that grows with them, under whatever name', () => {
    const registry = cluster(1_000);
    const emit = (name: string) => registry.event(name).groups.map((group) => group.next(ctx)?.nodeID);
    expect(emit('user.0').length).toBe(20);
    const { rebuilds, eventEndpoints } = registry.stats();
    expect(eventEndpoints).toBe(20_000);
    for (let i = 1; i < 200; i++) emit(`user.${i}`);
    expect(registry.stats()).toMatchObject({ rebuilds, eventEndpoints, eventGroups: 20, eventTargets: 200 });
  });

  it('leave no traces', () => {
    const registry = cluster(1_000);
    served(registry, 'svc0.act0', 1);
    registry.event('user.x').groups.map((group) => group.next(ctx));
    for (let i = 0; i < 1_000; i++) registry.disconnect(`node-${i}`, false);
    registry.sweep({ silentFor: null, forgetAfter: -1 });
    expect(registry.stats()).toMatchObject({
      nodes: 1,
      shapes: 0,
      actionLists: 200,
      emptyLists: 200,
      actionEndpoints: 0,
      eventLists: 0,
      eventGroups: 0,
      eventEndpoints: 0,
    });
  });
});
