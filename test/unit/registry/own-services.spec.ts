import { describe, expect, it } from 'vitest';
import { math, quietLog } from './node-life.fixture.js';
import { makeRegistry, ours, served, service } from './registry.fixture.js';

quietLog();

describe('our own services', () => {
  it('are told of in changes, announced when it is time, and listed without secrets of their making', () => {
    const { registry, told } = makeRegistry();
    const types: string[] = [];
    registry.changes().subscribe(({ type, node }) => types.push(`${type} ${node.id}`));
    registry.registerLocal(ours(math[0], false));
    expect(registry.announcedInfo()).toEqual([]);
    expect(registry.hasService('math')).toBe(false);
    expect(served(registry, 'math.add', 1)).toEqual(['me']);
    registry.announce('math');
    registry.announce('math');
    registry.announce('nothing');
    expect(registry.announcedInfo()).toEqual([math[0]]);
    expect(registry.hasService('math')).toBe(true);
    expect(registry.localServices().map(({ info: { name } }) => name)).toEqual(['math']);
    expect(registry.unregisterLocal('math')?.info).toBe(math[0]);
    expect(registry.unregisterLocal('math')).toBeUndefined();
    expect(types).toEqual(Array(3).fill('services.changed me'));
    expect(told).toEqual([]);
  });

  it('replace a service of the same name', () => {
    const { registry } = makeRegistry();
    registry.registerLocal(ours(math[0]));
    registry.registerLocal(ours(service('math', { sub: {} })));
    expect(registry.localServices().length).toBe(1);
    expect([served(registry, 'math.add', 1), served(registry, 'math.sub', 1)]).toEqual([[null], ['me']]);
  });
});
