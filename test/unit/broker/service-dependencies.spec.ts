import { describe, expect, it } from 'vitest';
import { eachCluster } from '../cluster.fixture.js';
import { lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();
const start = lives(logs);
const alone = (options = {}) => cluster().started({ nodeID: 'me', transporter: null, ...options });
const define = (name: string, dependencies: string[] = [], actions: string[] = []) => ({
  name,
  fullName: name,
  settings: {},
  metadata: {},
  dependencies,
  events: [],
  actions: actions.map((action) => ({
    info: { name: action, rawName: action },
    handler: () => 1,
    origin: `${name}:${action}`,
  })),
});

describe('services registered together', () => {
  it('may depend on each other in any order', async () => {
    const { broker } = await alone();
    broker.registerServices([define('c', ['b']), define('b', ['a']), define('a')]);
    expect(
      broker.registry
        .announcedInfo()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['within one', [define('a', [], ['x', 'x'])], 'a:x'],
    ['in two', [define('a', [], ['x']), define('b', [], ['x'])], 'b:x'],
  ])(
    'an action that is there twice %s is refused, with both places, and nothing is kept',
    async (_what, services, second) => {
      const { broker } = await alone();
      expect(() => broker.registerServices(services)).toThrow(/a:x/);
      expect(() => broker.registerServices(services)).toThrow(second);
      expect(broker.registry.localServices()).toEqual([]);
    },
  );

  it('an action that an earlier one has is refused, with both places', async () => {
    const { broker } = await alone();
    broker.registerServices([define('a', [], ['x'])]);
    expect(() => broker.registerServices([define('b', [], ['x'])])).toThrow(/a:x.*b:x/);
  });

  it('two of one name are refused', async () => {
    const { broker } = await alone();
    expect(() => broker.registerServices([define('a'), define('a')])).toThrow("'a'");
  });

  it('that wait for each other are refused, and the circle is named', async () => {
    const { broker } = await alone();
    broker.registerServices([define('free'), define('c', ['a'])]);
    expect(() => broker.registerServices([define('a', ['b', 'free']), define('b', ['c'])])).toThrow(
      /a -> b -> c -> a|c -> a -> b -> c/,
    );
    expect(() => broker.registerServices([define('self', ['self'])])).toThrow('self -> self');
    expect(broker.registry.localServices().map(({ info }) => info.name)).toEqual(['free', 'c']);
  });
});

describe('dependencies', () => {
  it('hold the announcement back, not local calls, until they are there', async () => {
    const c = await start([node('me'), node('peer')]);
    const needy = {
      name: 'needy',
      dependencies: ['far', { name: 'x', version: 2 }],
      actions: { a: () => 1 },
    };
    await c.create('me', needy);
    await expect(c.broker('me').call('needy.a')).resolves.toBe(1);
    const isThere = () => c.registry('peer').hasService('needy');
    await c.cluster.advance(500);
    expect(isThere()).toBe(false);
    await c.create('peer', { name: 'far' });
    await c.cluster.advance(500);
    expect(isThere()).toBe(false);
    await c.create('me', { name: 'x', version: 2 });
    await c.cluster.advance(200);
    expect(isThere()).toBe(true);
    await expect(c.broker('peer').call('needy.a')).resolves.toBe(1);
    expect(
      logs.texts('log').filter((text) => text.includes("'needy'") && text.includes("'far'")),
    ).toHaveLength(1);
  });

  it('that stay away are told of now and then, and once more when dependencyTimeout is over', async () => {
    const c = cluster();
    const { broker } = await alone({ dependencyTimeout: 70_000 });
    await broker.createService({ name: 'needy', dependencies: 'nowhere' });
    await c.advance(65_000);
    expect(logs.texts('warn').map((text) => /\d+ s/.exec(text)?.[0])).toEqual(['30 s', '60 s']);
    await c.advance(100_000);
    expect(logs.texts('warn')).toHaveLength(2);
    expect(logs.texts('error')).toEqual([expect.stringContaining('70000')]);
    expect(c.scheduler.pending).toBe(0);
  });

  it('that come later still open the service; destroying it ends the wait', async () => {
    const c = cluster();
    const { broker, registry } = await alone();
    await broker.createService({ name: 'one', dependencies: 'late' });
    const two = await broker.createService({ name: 'two', dependencies: 'never' });
    await two.destroy();
    await broker.createService({ name: 'late' });
    expect(registry.hasService('one')).toBe(true);
    expect(c.scheduler.pending).toBe(0);
  });
});
