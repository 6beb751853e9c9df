import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseServices as normalise } from '../../../lib/registry/normalise-services.js';
import { Sieve } from '../../../lib/registry/sieve.js';
import { info, makeRegistry, service, WIDE } from './registry.fixture.js';

const normaliseServices = (list: unknown) => normalise(list, new Sieve(WIDE));

describe('announced services', () => {
  it('are taken as they are if they are well formed', () => {
    const entry = service(
      'users',
      { get: { params: { id: 'number' }, cache: false } },
      { 'user.*': { group: 'g' } },
    );
    const full = { ...entry, version: 2, fullName: 'v2.users', settings: { a: 1 }, metadata: { b: 2 } };
    expect(normaliseServices([full])).toEqual([full]);
  });

  it.each([
    [{ name: 'a' }, 'a'],
    [{ name: 'a', version: null }, 'a'],
    [{ name: 'a', version: 2 }, 'v2.a'],
    [{ name: 'a', version: 'staging' }, 'staging.a'],
    [{ name: 'a', version: {} }, 'a'],
    [{ name: 'a', version: 1, fullName: 'a' }, 'a'],
    [{ name: 'a', fullName: 7 }, 'a'],
    [{ fullName: 'b' }, 'b'],
  ])('%j is called %s', (entry, fullName) => {
    const [normal] = normaliseServices([entry]);
    expect(normal).toMatchObject({ fullName, settings: {}, metadata: {}, actions: {}, events: {} });
  });

  it('without a name are left out, and so are actions and events', () => {
    const list = [
      null,
      7,
      'text',
      [],
      {},
      { name: '' },
      { name: 3 },
      { name: 'a', actions: { x: null, y: {}, z: { name: 5 } }, events: 'none' },
    ];
    expect(normaliseServices(list).map(({ name, actions }) => [name, Object.keys(actions)])).toEqual([
      ['a', []],
    ]);
    expect([null, undefined, 'text', {}, 5].map((value) => normaliseServices(value))).toEqual([
      [],
      [],
      [],
      [],
      [],
    ]);
  });

  it('may be mere words where a node found them too large to tell: what is left of them counts', () => {
    const words = { settings: '[Object 90]', metadata: '[Object 2]', events: '[Object 7]' };
    const actions = { 'a.b': { name: 'a.b', params: '[Object 80]' }, 'a.c': '[Object 3]' };
    expect(normaliseServices([{ name: 'a', ...words, actions }])).toEqual([
      {
        name: 'a',
        fullName: 'a',
        settings: {},
        metadata: {},
        actions: { 'a.b': { name: 'a.b', params: '[Object 80]' } },
        events: {},
      },
    ]);
    expect(normaliseServices('[Array 10]')).toEqual([]);
  });

  it('may have their actions in a list', () => {
    const [normal] = normaliseServices([{ name: 'a', actions: [{ name: 'a.b' }], events: [{ name: 'x' }] }]);
    expect([Object.keys(normal.actions), Object.keys(normal.events)]).toEqual([['a.b'], ['x']]);
  });

  it('of the tiny Python broker are served', () => {
    const { registry } = makeRegistry();
    const entry = {
      name: 'greeter',
      fullName: 'greeter',
      version: null,
      settings: {},
      metadata: {},
      actions: { 'greeter.hello': { rawName: 'greeter.hello', name: 'greeter.hello', params: {} } },
      events: {},
    };
    registry.applyInfo(info('py', [entry], { instanceID: null }));
    expect(registry.action('greeter.hello')?.on('py')?.service).toMatchObject({
      name: 'greeter',
      fullName: 'greeter',
    });
  });

  it('bring along no handlers', () => {
    const action = { name: 'a.b', handler: 'x', remoteHandler: 'y', service: 'z', kept: true };
    expect(normaliseServices([{ name: 'a', actions: { 'a.b': action } }])[0].actions['a.b']).toEqual({
      name: 'a.b',
      kept: true,
    });
  });

  it('change no prototype', () => {
    const text = `[{"name":"__proto__","__proto__":{"polluted":1},"settings":{"__proto__":{"polluted":1}},
      "actions":{"__proto__":{"name":"__proto__","__proto__":{"polluted":1}},"constructor":{"name":"constructor"}},
      "events":{"__proto__":{"name":"__proto__"}}}]`;
    const { registry } = makeRegistry();
    registry.applyInfo(info('__proto__', JSON.parse(text)));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(registry.action('__proto__')?.on('__proto__')?.nodeID).toBe('__proto__');
    expect(registry.action('constructor')?.on('__proto__')?.nodeID).toBe('__proto__');
    expect(registry.action('toString')).toBeUndefined();
    expect(registry.event('__proto__').groups.map((group) => group.name)).toEqual(['__proto__']);
    const [listed] = registry.services({ withActions: true, withEvents: true });
    expect(Object.keys(listed.actions ?? {}).sort()).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('never throw, whatever they are, nor do listings', () => {
    const garbage = fc.anything({
      withBigInt: true,
      withNullPrototype: true,
      withSparseArray: true,
      withObjectString: true,
    });
    const keyed = fc.array(
      fc.record(
        {
          name: fc.oneof(fc.string(), garbage),
          fullName: garbage,
          version: garbage,
          settings: garbage,
          actions: fc.oneof(
            garbage,
            fc.dictionary(
              fc.string(),
              fc.record({ name: fc.string(), visibility: garbage, strategy: garbage }),
            ),
          ),
          events: fc.oneof(
            garbage,
            fc.dictionary(fc.string(), fc.record({ name: fc.string(), group: garbage, strategy: garbage })),
          ),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(fc.oneof(garbage, keyed), (services) => {
        const { registry } = makeRegistry();
        registry.applyInfo(info('a', services));
        registry.applyInfo(info('b', services));
        registry.nodes({ withServices: true });
        registry.services({ withActions: true, withEvents: true, grouping: true });
        for (const { name } of registry.actions({ withEndpoints: true })) registry.action(name)?.on('a');
        for (const { name } of registry.events({ withEndpoints: true }))
          registry.event(name).groups.map((group) => group.remotes);
        registry.disconnect('a', true);
        registry.disconnect('b', true);
        expect(registry.events()).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
