import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foreigner, service, valueForeigner, ValueSerializer } from '../foreign.fixture.js';
import { lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const start = lives(logs);

const options = { internalServices: false };

/** Our node, and what it has understood when somebody announced that. */
const beside = async () => {
  const c = await start([node('me', { ...options, serializer: new ValueSerializer() })]);
  const other = valueForeigner(c, 'other');
  const understood = async (services: unknown) => {
    other.info(services, { seq: ++other.seq });
    await c.cluster.advance(0);
    expect(c.sees('me', 'other')).toBe(true);
    return c.registry('me').nodes({ withServices: true })[1]!.services!;
  };
  return { c, other, understood };
};

describe('announced services', () => {
  it('are taken as they are if they are well formed', async () => {
    const { understood } = await beside();
    const entry = service(
      'users',
      { get: { params: { id: 'number' }, cache: false } },
      { 'user.*': { group: 'g' } },
    );
    const full = { ...entry, version: 2, fullName: 'v2.users', settings: { a: 1 }, metadata: { b: 2 } };
    expect(await understood([full])).toEqual([full]);
  });

  it.each([
    [{ name: 'a' }, 'a'],
    [{ name: 'a', version: null }, 'a'],
    [{ name: 'a', version: 2 }, 'v2.a'],
    [{ name: 'a', version: 'staging' }, 'staging.a'],
    [{ name: 'a', version: {} }, 'a'],
    [{ name: 'a', version: NaN }, 'a'],
    [{ name: 'a', settings: null, metadata: [1] }, 'a'],
    [{ name: 'a', version: 1, fullName: 'a' }, 'a'],
    [{ name: 'a', fullName: 7 }, 'a'],
    [{ fullName: 'b' }, 'b'],
  ])('%j is called %s', async (entry, fullName) => {
    const { c, understood } = await beside();
    const [normal] = await understood([entry]);
    const { settings, metadata, actions, events } = normal!;
    expect(normal!.fullName).toBe(fullName);
    expect({ settings, metadata, actions, events }).toEqual({
      settings: {},
      metadata: {},
      actions: {},
      events: {},
    });
    await c.broker('me').waitForServices(fullName);
    expect(c.registry('me').hasService(fullName)).toBe(true);
  });

  it('without a name are left out, and so are actions and events', async () => {
    const { understood } = await beside();
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
    const names = (await understood(list)).map(({ name, actions }) => [name, Object.keys(actions)]);
    expect(names).toEqual([['a', []]]);
    for (const none of [null, undefined, 'text', {}, 5]) expect(await understood(none)).toEqual([]);
  });

  it('may be mere words where a node found them too large to tell: what is left of them counts', async () => {
    const { c, understood } = await beside();
    const words = { settings: '[Object 90]', metadata: '[Object 2]', events: '[Object 7]' };
    const actions = { 'a.b': { name: 'a.b', params: '[Object 80]' }, 'a.c': '[Object 3]' };
    expect(await understood([{ name: 'a', ...words, actions }])).toEqual([
      {
        name: 'a',
        fullName: 'a',
        settings: {},
        metadata: {},
        actions: { 'a.b': { name: 'a.b', params: '[Object 80]' } },
        events: {},
      },
    ]);
    expect(await c.answers('a.b')).toEqual(['other']);
    expect(await c.answers('a.c')).toEqual(['ServiceNotFoundError']);
    expect(await understood('[Array 10]')).toEqual([]);
  });

  it('may have their actions in a list', async () => {
    const { c, understood } = await beside();
    const [normal] = await understood([{ name: 'a', actions: [{ name: 'a.b' }], events: [{ name: 'x' }] }]);
    expect([Object.keys(normal!.actions), Object.keys(normal!.events)]).toEqual([['a.b'], ['x']]);
    expect(await c.answers('a.b')).toEqual(['other']);
  });

  it('of the tiny Python broker are served', async () => {
    const c = await start([node('me', options)]);
    const entry = {
      ...{ name: 'greeter', fullName: 'greeter', version: null, settings: {}, metadata: {}, events: {} },
      actions: { 'greeter.hello': { rawName: 'greeter.hello', name: 'greeter.hello', params: {} } },
    };
    foreigner(c, 'py', '4').info([entry], { instanceID: null });
    await c.cluster.advance(0);
    expect(await c.answers('greeter.hello')).toEqual(['py']);
    expect(c.registry('me').action('greeter.hello')?.on('py')?.service).toMatchObject({
      name: 'greeter',
      fullName: 'greeter',
    });
  });

  it('bring along no handlers', async () => {
    const { understood } = await beside();
    const action = { name: 'a.b', handler: 'x', remoteHandler: 'y', service: 'z', kept: true };
    const [normal] = await understood([{ name: 'a', actions: { 'a.b': action } }]);
    expect(normal!.actions['a.b']).toEqual({ name: 'a.b', kept: true });
  });

  it('change no prototype', async () => {
    const services = `[{"name":"__proto__","__proto__":{"polluted":1},"settings":{"__proto__":{"polluted":1}},
      "actions":{"__proto__":{"name":"__proto__","__proto__":{"polluted":1}},"constructor":{"name":"constructor"}},
      "events":{"__proto__":{"name":"__proto__"}}}]`;
    // JSON brings no key of that name, others do.
    const c = await start([node('me', { ...options, serializer: new ValueSerializer() })]);
    const { registry } = c.broker('me');
    const other = valueForeigner(c, '__proto__');
    const groups: unknown[] = [];
    other.behave(undefined, ({ type, packet }) => {
      if (type === 'EVENT') groups.push(packet['groups']);
    });
    other.info(JSON.parse(services));
    await c.cluster.advance(0);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(await c.answers('__proto__')).toEqual(['__proto__']);
    expect(await c.answers('constructor')).toEqual(['__proto__']);
    expect(await c.answers('toString')).toEqual(['ServiceNotFoundError']);
    await c.broker('me').emit('__proto__');
    await c.cluster.advance(0);
    expect(groups).toEqual([['__proto__']]);
    const [listed] = registry.services({ withActions: true, withEvents: true });
    expect(Object.keys(listed!.actions!).sort()).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('never throw, whatever they are, nor do listings', async () => {
    const garbage = fc.anything({
      withBigInt: true,
      withNullPrototype: true,
      withSparseArray: true,
      withObjectString: true,
    });
    const entries = (more: object) =>
      fc.dictionary(fc.string(), fc.record({ name: fc.string(), strategy: garbage, ...more }));
    const keyed = fc.array(
      fc.record(
        {
          name: fc.oneof(fc.string(), garbage),
          fullName: garbage,
          version: garbage,
          settings: garbage,
          actions: fc.oneof(garbage, entries({ visibility: garbage })),
          events: fc.oneof(garbage, entries({ group: garbage })),
        },
        { requiredKeys: [] },
      ),
    );
    const c = await start([node('me', { ...options, serializer: new ValueSerializer() })]);
    const { registry, broker } = { registry: c.registry('me'), broker: c.broker('me') };
    const others = ['a', 'b'].map((nodeID) => valueForeigner(c, nodeID));
    await fc.assert(
      fc.asyncProperty(fc.oneof(garbage, keyed), async (services) => {
        for (const one of others) one.info(services);
        await c.cluster.advance(0);
        expect(c.seenBy('me')).toEqual(['a', 'b']);
        registry.nodes({ withServices: true });
        registry.services({ withActions: true, withEvents: true, grouping: true });
        for (const { name } of registry.actions({ withEndpoints: true, onlyAvailable: true })) {
          await broker.call(name, {}, { nodeID: 'a' }).catch(() => undefined);
        }
        for (const { name } of registry.events({ withEndpoints: true })) await broker.emit(name);
        for (const one of others) one.send('DISCONNECT', undefined);
        await c.cluster.advance(0);
        expect(registry.events()).toEqual([]);
        expect(logs.texts('error')).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
