import { describe, expect, it, vi } from 'vitest';
import { PatternMachine } from '../../../lib/registry/matching/pattern-program.js';
import type { Registry } from '../../../lib/registry/registry.js';
import { ctx, info, makeRegistry, ours, service } from './registry.fixture.js';

/** Who receives some emits: group and node. */
function received(registry: Registry, event: string, times: number): string[] {
  const result: string[] = [];
  for (let i = 0; i < times; i++) {
    for (const group of registry.event(event).groups) {
      const endpoint = group.next(ctx);
      if (endpoint !== null) result.push(`${group.name}>${endpoint.nodeID}`);
    }
  }
  return result;
}

describe('the targets of an event', () => {
  it('have the unversioned service name for a group', () => {
    const { registry } = makeRegistry();
    registry.applyInfo(info('a', [service('users', {}, { ping: {} }, { version: 1, fullName: 'v1.users' })]));
    registry.applyInfo(info('b', [service('users', {}, { ping: {} }, { version: 2, fullName: 'v2.users' })]));
    expect(received(registry, 'ping', 2)).toEqual(['users>a', 'users>b']);
  });

  it('count two versions of a service on one node as one there, and take turns where they are ours', () => {
    const { registry } = makeRegistry();
    const versions = [1, 2].map((version) =>
      service('users', {}, { ping: {} }, { version, fullName: `v${version}.users` }),
    );
    registry.applyInfo(info('a', versions));
    expect(registry.event('ping').groups[0].remotes.map(({ nodeID }) => nodeID)).toEqual(['a']);
    for (const version of versions) registry.registerLocal(ours(version));
    const [list, ...others] = registry.event('ping').groups[0].local ?? [];
    expect(others).toEqual([]);
    const taken = Array.from({ length: 3 }, () => list?.next().service.fullName);
    expect(taken).toEqual(['v1.users', 'v2.users', 'v1.users']);
  });

  it('are one node a group although several of its patterns fit', () => {
    const { registry } = makeRegistry();
    for (const id of ['a', 'b']) {
      registry.applyInfo(info(id, [service('xs', {}, { 'x.*': {}, 'x.one': {}, '**': { group: 'xs' } })]));
    }
    expect(registry.event('x.one').groups.map((group) => group.name)).toEqual(['xs']);
    expect(received(registry, 'x.one', 3)).toEqual(['xs>a', 'xs>b', 'xs>a']);
    expect(registry.event('x.one').groups[0].remotes.map((endpoint) => endpoint.nodeID)).toEqual(['a', 'b']);
  });

  it('give one listener of each pattern of ours in turn', () => {
    const { registry } = makeRegistry();
    registry.registerLocal(ours(service('one', {}, { 'x.*': { group: 'g' }, 'x.y': { group: 'g' } })));
    registry.registerLocal(ours(service('two', {}, { 'x.*': { group: 'g' } })));
    const [group, ...others] = registry.event('x.y').groups;
    expect(others).toEqual([]);
    const taken = () => group.local?.map((list) => `${list.pattern} ${list.next().service.name}`);
    expect(taken()).toEqual(['x.* one', 'x.y one']);
    expect(taken()).toEqual(['x.* two', 'x.y one']);
    expect(group.local?.map((list) => list.listeners.length)).toEqual([2, 1]);
    expect(group.local?.[0].listeners[0].handler(ctx)).toBe('local x.*');
  });

  it('keep one service with one pattern in two groups apart', () => {
    const { registry } = makeRegistry();
    const events = { k1: { name: 'x', group: 'g1' }, k2: { name: 'x', group: 'g2' } };
    registry.applyInfo(info('a', [{ name: 's', events }]));
    expect(received(registry, 'x', 1)).toEqual(['g1>a', 'g2>a']);
  });

  it('go on in turn when nodes change, and when another pattern joins the group', () => {
    const { registry } = makeRegistry();
    const mail = service('mail', {}, { ping: {} });
    for (const id of ['a', 'b', 'c']) registry.applyInfo(info(id, [mail]));
    expect(received(registry, 'ping', 1)).toEqual(['mail>a']);
    registry.applyInfo(info('d', [mail]));
    expect(received(registry, 'ping', 1)).toEqual(['mail>b']);
    registry.applyInfo(info('e', [service('mail', {}, { '*': {} })]));
    expect(received(registry, 'ping', 4)).toEqual(['mail>c', 'mail>d', 'mail>e', 'mail>a']);
  });

  it('are the same object until something changes that concerns subscriptions', () => {
    const { registry } = makeRegistry();
    registry.applyInfo(info('a', [service('mail', {}, { ping: {} })]));
    const targets = registry.event('ping');
    registry.applyInfo(info('b', [service('math', { add: {} })]));
    registry.heartbeat('a', 3);
    expect(registry.event('ping')).toBe(targets);
    expect(targets.groups[0].remotes).toBe(registry.event('ping').groups[0].remotes);
    registry.applyInfo(info('c', [service('audit', {}, { ping: {} })]));
    expect(registry.event('ping')).not.toBe(targets);
  });

  it('are balanced by the strategy of the event, ours before that of others', () => {
    const { registry } = makeRegistry({ preferLocal: false });
    for (const id of ['a', 'b'])
      registry.applyInfo(info(id, [service('mail', {}, { ping: { strategy: 'Random' } })]));
    expect(received(registry, 'ping', 3)).toEqual(['mail>a', 'mail>a', 'mail>a']);
    registry.registerLocal(ours(service('mail', {}, { ping: { strategy: 'RoundRobin' } })));
    expect(new Set(received(registry, 'ping', 3)).size).toBe(3);
  });

  it('of internal names are always ours, if we listen', () => {
    const { registry } = makeRegistry({ preferLocal: false });
    registry.applyInfo(info('a', [service('watch', {}, { '$own.thing': {} })]));
    registry.registerLocal(ours(service('watch', {}, { '$own.thing': {} })));
    expect(received(registry, '$own.thing', 2)).toEqual(['watch>me', 'watch>me']);
  });

  it('are kept for 5,000 names at most', () => {
    const { registry } = makeRegistry();
    registry.applyInfo(info('a', [service('mail', {}, { 'order.*': {} })]));
    for (let i = 0; i < 6_000; i++) registry.event(`order.${i}`);
    expect(registry.stats()).toMatchObject({ eventTargets: 5_000, eventGroups: 1 });
    expect(received(registry, 'order.0', 1)).toEqual(['mail>a']);
  });

  it('stay right when one node has more groups than are kept', () => {
    const { registry } = makeRegistry();
    const events = Object.fromEntries(
      Array.from({ length: 30_100 }, (_, i) => [`k${i}`, { name: 'x', group: `g${i}` }]),
    );
    registry.applyInfo(info('a', [{ name: 'hostile', events }]));
    const old = registry.event('x').groups;
    expect(old.length).toBe(30_100);
    registry.applyInfo(info('b', [{ name: 'hostile', events }], { seq: 1 }));
    for (const groups of [old, registry.event('x').groups]) {
      expect(groups.every((group) => group.remotes.length === 2)).toBe(true);
    }
    expect(registry.stats().eventGroups).toBeLessThanOrEqual(30_000);
  });

  it('are found by trying each pattern once a name, however often others change what they announce', () => {
    const { registry } = makeRegistry();
    registry.applyInfo(info('a', [service('mail', {}, { 'x.*.z': {}, '**q?': {} })]));
    registry.event('x.y.z');
    const accepts = vi.spyOn(PatternMachine.prototype, 'accepts');
    for (let seq = 1; seq <= 50; seq++) {
      registry.applyInfo(info('b', [service('s', {}, { [`x.?.${seq}*`]: {} })], { seq }));
      expect(received(registry, 'x.y.z', 1)).toEqual(['mail>a']);
    }
    expect(accepts).toHaveBeenCalledTimes(50);
    accepts.mockRestore();
    registry.applyInfo(info('b', [service('s', {}, { 'x.?.z': {} })], { seq: 51 }));
    expect(received(registry, 'x.y.z', 1)).toEqual(['mail>a', 's>b']);
    registry.applyInfo(info('a', [], { seq: 2 }));
    expect(received(registry, 'x.y.z', 1)).toEqual(['s>b']);
  });
});

describe('our own listeners of an event from elsewhere', () => {
  const heard = (registry: Registry, event: string) =>
    registry
      .localListeners(event)
      .map(({ name, local }) => `${name}: ${local.map(({ pattern }) => pattern).join()}`);

  it('are those whose pattern fits, by group, as they came', () => {
    const { registry } = makeRegistry();
    registry.registerLocal(ours(service('one', {}, { 'x.**': {}, 'x.y': {}, z: {} })));
    registry.registerLocal(ours(service('two', {}, { 'x.?': {}, '*': { group: 'one' } })));
    registry.applyInfo(info('a', [service('far', {}, { '**': {}, 'x.y': {} })]));
    expect(heard(registry, 'x.y')).toEqual(['one: x.**,x.y', 'two: x.?']);
    expect(heard(registry, 'z')).toEqual(['one: z,*']);
    expect(heard(registry, 'far.away.thing')).toEqual([]);
    registry.unregisterLocal('one');
    expect(heard(registry, 'x.y')).toEqual(['two: x.?']);
    registry.unregisterLocal('two');
    expect(heard(registry, 'x.y')).toEqual([]);
  });

  it('cost nothing that grows with what other nodes listen to, and are kept for 5,000 names at most', () => {
    const { registry } = makeRegistry();
    registry.registerLocal(ours(service('one', {}, { 'order.*': {} })));
    const patterns = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`**${i}**?`, {}]));
    registry.applyInfo(info('hostile', [service('s', {}, patterns)]));
    const accepts = vi.spyOn(PatternMachine.prototype, 'accepts');
    for (let i = 0; i < 6000; i++) expect(registry.localListeners(`order.${i}`)).toHaveLength(1);
    expect(accepts).not.toHaveBeenCalled();
    accepts.mockRestore();
    expect(registry.stats()).toMatchObject({ heardEvents: 5000, eventTargets: 0 });
  });
});
