import { describe, expect, it, vi } from 'vitest';
import type { ServiceSchema } from '../../../lib/broker/service-schema.js';
import type { Dictionary } from '../../../lib/protocol/packets.js';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();
const alone = (options = {}) => cluster().started({ nodeID: 'me', transporter: null, ...options });

describe('createService', () => {
  it('runs created and started before anybody can call, stopped after nobody can', async () => {
    const { broker } = await alone();
    const order: string[] = [];
    let begin!: () => void;
    const creating = broker.createService({
      name: 's',
      actions: { a: () => 1 },
      created: () => void order.push('created'),
      started: () => new Promise<void>((resolve) => (begin = resolve)).then(() => void order.push('started')),
      async stopped() {
        order.push('stopped');
        await expect(broker.call('s.a')).rejects.toMatchObject({ name: 'ServiceNotAvailableError' });
      },
    });
    await expect(broker.call('s.a')).rejects.toMatchObject({ name: 'ServiceNotFoundError' });
    begin();
    const handle = await creating;
    expect(await broker.call('s.a')).toBe(1);
    await handle.destroy();
    await handle.destroy();
    expect(order).toEqual(['created', 'started', 'stopped']);
  });

  it('binds handlers to the running service, with methods, settings, broker and schema', async () => {
    const { broker } = await alone();
    const schema: ServiceSchema = {
      name: 's',
      version: 2,
      settings: { factor: 3 },
      metadata: { owner: 'me' },
      methods: { times: ((n: number) => n * 3) as never },
      actions: {
        all(ctx) {
          return {
            name: this.name,
            full: this.fullName,
            broker: this['broker'] === ctx.broker,
            sum: (this['times'] as (n: number) => number)(2),
          };
        },
      },
    };
    const handle = await broker.createService(schema);
    expect(handle).toMatchObject({ name: 's', version: 2, fullName: 'v2.s' });
    expect(await broker.call('v2.s.all')).toEqual({ name: 's', full: 'v2.s', broker: true, sum: 6 });
    await broker.destroyService({ name: 's', version: 2 });
  });

  it.each<[string, Dictionary]>([
    ['v2.users', { version: 2 }],
    ['staging.users', { version: 'staging' }],
    ['users', { version: 2, settings: { $noVersionPrefix: true } }],
  ])('is named %s', async (fullName, more) => {
    const { broker } = await alone();
    const handle = await broker.createService({ name: 'users', actions: { get: () => 1 }, ...more });
    expect(handle.fullName).toBe(fullName);
    await expect(broker.call(`${fullName}.get`)).resolves.toBe(1);
  });

  it('with $noServiceNamePrefix its actions have their own names', async () => {
    const { broker } = await alone();
    await broker.createService({
      name: 'users',
      settings: { $noServiceNamePrefix: true },
      actions: { 'bare.name': () => 1 },
    });
    await expect(broker.call('bare.name')).resolves.toBe(1);
  });

  it.each<[string, unknown]>([
    ['no schema', null],
    ['no name', { actions: {} }],
    ['a blank name', { name: ' ' }],
    ['mixins', { name: 's', mixins: [] }],
    ['hooks', { name: 's', hooks: {} }],
    ['an action without a handler', { name: 's', actions: { a: {} } }],
    ['an event without a handler', { name: 's', events: { e: {} } }],
    ['an action that is null', { name: 's', actions: { a: null } }],
    ['an event that is null', { name: 's', events: { e: null } }],
    ['a method that is none', { name: 's', methods: { m: 5 } }],
    ['a hook that is no function', { name: 's', started: 5 }],
    ['a version of another type', { name: 's', version: {} }],
    ['settings of another type', { name: 's', settings: 'x' }],
    ['a dependency of another type', { name: 's', dependencies: [5] }],
  ])('refuses %s', async (_what, schema) => {
    const { broker } = await alone();
    await expect(broker.createService(schema as ServiceSchema)).rejects.toMatchObject({
      name: 'ServiceSchemaError',
    });
    expect(broker.registry.localServices()).toEqual([]);
  });

  it('takes null for what is not there', async () => {
    const { broker } = await alone();
    const schema = { name: 's', version: null, settings: null, metadata: null, actions: null, created: null };
    const handle = await broker.createService(schema as never);
    expect(handle).toEqual({ name: 's', fullName: 's', destroy: expect.any(Function) });
  });

  it('leaves out actions set to false', async () => {
    const { broker } = await alone();
    await broker.createService({ name: 's', actions: { a: false, b: () => 1 } });
    await expect(broker.call('s.a')).rejects.toMatchObject({ name: 'ServiceNotFoundError' });
  });

  it('refuses a name that is taken, and leaves the first in place', async () => {
    const { broker } = await alone();
    await broker.createService({ name: 's', actions: { a: () => 'first' } });
    await expect(broker.createService({ name: 's', actions: { b: () => 2 } })).rejects.toThrow("'s'");
    expect(await broker.call('s.a')).toBe('first');
  });

  it('keeps nothing of a service whose schema of params is wrong, so that it can be made again', async () => {
    const { broker } = await alone();
    const bad = { name: 's', actions: { a: { params: { x: { type: 'no such type' } }, handler: () => 1 } } };
    await expect(broker.createService(bad)).rejects.toThrow(/^service 's', action 'a': /);
    await broker.createService({ name: 's', actions: { a: () => 'good' } });
    expect(await broker.call('s.a')).toBe('good');
  });

  it('of two of one name at once the second is refused before any of its hooks runs', async () => {
    const { broker } = await alone();
    const second = { created: vi.fn(), started: vi.fn(), stopped: vi.fn() };
    const first = broker.createService({ name: 's', actions: { a: () => 'first' }, started: async () => {} });
    await expect(broker.createService({ name: 's', ...second })).rejects.toMatchObject({
      name: 'ServiceSchemaError',
      data: { name: 's' },
    });
    await first;
    await expect(broker.createService({ name: 's', ...second })).rejects.toThrow("'s'");
    for (const hook of Object.values(second)) expect(hook).not.toHaveBeenCalled();
    expect(await broker.call('s.a')).toBe('first');
  });

  it.each(['created', 'started'])('a name is free again after its %s has failed', async (hook) => {
    const { broker } = await alone();
    const stopped = vi.fn();
    const failing = () => {
      throw new Error('not now');
    };
    await expect(broker.createService({ name: 's', [hook]: failing, stopped })).rejects.toThrow('not now');
    expect(stopped).not.toHaveBeenCalled();
    await broker.createService({ name: 's', actions: { a: () => 1 } });
    expect(await broker.call('s.a')).toBe(1);
  });

  it('stops what has started and cannot be registered', async () => {
    const { broker } = await alone();
    const order: string[] = [];
    const hooks = {
      started: () => void order.push('started'),
      stopped: () => {
        order.push('stopped');
        throw new Error('not even that');
      },
    };
    const params = { x: { type: 'no such type' } };
    const wrong = { name: 's', actions: { a: { params, handler: () => 1 } }, ...hooks };
    await expect(broker.createService(wrong)).rejects.toMatchObject({ name: 'ServiceSchemaError' });
    expect(order).toEqual(['started', 'stopped']);
    expect(logs.texts('error')).toEqual([expect.stringContaining("'stopped' of service 's'")]);
  });

  it('is refused once the broker has stopped, also if it began before', async () => {
    const c = cluster();
    const { broker, node } = await alone();
    const stopped = vi.fn();
    let begin!: () => void;
    const started = () => new Promise<void>((resolve) => (begin = resolve));
    const late = broker.createService({ name: 'late', started, stopped });
    late.catch(() => undefined);
    await c.until(node.stop());
    begin();
    await expect(late).rejects.toMatchObject({ type: 'BROKER_STOPPED', code: 500 });
    expect(stopped).toHaveBeenCalledTimes(1);
    const created = vi.fn();
    await expect(broker.createService({ name: 'later', created })).rejects.toThrow(/'later'.*was stopped/);
    expect(created).not.toHaveBeenCalled();
    expect(broker.registry.localServices()).toEqual([]);
  });

  it('a hook that fails on the way out is logged at stop and keeps no other from running', async () => {
    const c = cluster();
    const { broker, node } = await alone();
    const stopped = vi.fn();
    await broker.createService({
      name: 'bad',
      stopped: () => {
        throw new Error('no');
      },
    });
    await broker.createService({ name: 'good', stopped });
    await c.until(node.stop());
    expect(stopped).toHaveBeenCalledTimes(1);
    expect(logs.texts('error')).toHaveLength(1);
  });

  it('an old handle destroys no new service of its name', async () => {
    const { broker } = await alone();
    const old = await broker.createService({ name: 's' });
    await old.destroy();
    const young = await broker.createService({ name: 's', actions: { one: () => 1 } });
    await broker.destroyService(old);
    await old.destroy();
    expect(await broker.call('s.one')).toBe(1);
    await broker.destroyService(young);
    await expect(broker.call('s.one')).rejects.toThrow();
  });

  it('destroying what is not there is an error', async () => {
    const { broker } = await alone();
    await expect(broker.destroyService('nothing')).rejects.toMatchObject({ type: 'SERVICE_NOT_FOUND' });
  });
});
