import { describe, expect, it } from 'vitest';
import { service } from '../foreign.fixture.js';
import { lives, node, serves } from '../life.fixture.js';
import { watched } from '../testing/test-cluster.fixture.js';
import { ours } from './registry.fixture.js';

const start = lives();
const quiet = { internalServices: false };
const math = serves('math', ['add'], { dependencies: ['tables'] });

describe('our own services', () => {
  it('are told of in changes, announced when it is time, and listed without secrets of their making', async () => {
    const c = await start([node('me', quiet), node('peer', quiet)]);
    const told = c.toldAt('me');
    const changes = c.changesOf('me');
    // What listens to `told` is a service, too.
    const named = (services: unknown) =>
      (services as { name: string }[]).filter(({ name }) => name === 'math');
    const announced = () => c.got('peer', 'INFO', 'me').flatMap(({ services }) => named(services));
    c.forget();
    await c.create('me', math);
    const there = watched(c.broker('me').waitForServices('math'));
    await c.cluster.advance(1000);
    expect(announced()).toEqual([]);
    expect(there.state).toBe('pending');
    expect(await c.answers('math.add')).toEqual(['me']);
    expect(await c.answers('math.add', 1, 'peer')).toEqual(['ServiceNotFoundError']);
    expect(changes).toEqual(['services.changed me']);
    expect(told).toEqual([]);

    await c.create('peer', serves('tables'));
    await c.cluster.advance(1000);
    expect(there.state).toBe('done');
    const info = {
      ...{ name: 'math', fullName: 'math', settings: {}, metadata: {}, events: {} },
      actions: { 'math.add': { name: 'math.add', rawName: 'add' } },
    };
    expect(announced()).toEqual([info]);
    expect(named(c.registry('me').nodes({ withServices: true })[0]!.services)).toEqual([info]);
    expect(await c.answers('math.add', 1, 'peer')).toEqual(['me']);
    // Announced again it would be no news.
    c.registry('me').announce('math');
    c.registry('me').announce('nothing');

    const destroyed = c.broker('me').destroyService('math');
    await c.cluster.run(destroyed);
    expect(await c.answers('math.add')).toEqual(['ServiceNotAvailableError']);
    await expect(c.broker('me').destroyService('math')).rejects.toMatchObject({
      type: 'SERVICE_NOT_FOUND',
    });
    expect(changes.filter((change) => change.endsWith(' me'))).toEqual(Array(3).fill('services.changed me'));
    // Of peer's service the node is told, too.
    const own = told.filter(([, payload]) => !('node' in payload)).map(([, payload]) => payload);
    expect(own).toEqual([{ localService: false }, { localService: true }, { localService: true }]);
  });

  it('replace a service of the same name, which no user is allowed', async () => {
    const c = await start([node('me', quiet, serves('math', ['add']))]);
    const { registry } = c.broker('me');
    await expect(c.create('me', serves('math', ['sub']))).rejects.toMatchObject({
      name: 'ServiceSchemaError',
    });
    expect(await c.answers('math.add')).toEqual(['me']);
    registry.registerLocal(ours(service('math', { sub: {} })));
    expect(registry.localServices()).toHaveLength(1);
    expect(await c.answers('math.add')).toEqual(['ServiceNotAvailableError']);
    expect(await c.answers('math.sub')).toEqual(['local math.sub']);
  });
});
