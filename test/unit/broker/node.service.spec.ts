import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { maskSecrets } from '../../../lib/broker/mask-secrets.js';
import { nodeService } from '../../../lib/broker/node.service.js';
import type { Context } from '../../../lib/context/context.js';
import { MoleculerClientError } from '../../../lib/errors/moleculer.error.js';
import { info, makeRegistry, service } from '../registry/registry.fixture.js';

const require = createRequire(import.meta.url);
const Validator = require('fastest-validator') as new () => {
  compile(schema: object): (value: object) => unknown;
};

interface MoleculerSchema {
  name: string;
  actions: Record<string, { cache: boolean; tracing: boolean; params?: object }>;
}

/** Moleculer's own `$node`, as it stands in a broker's list of services. */
function moleculersService(): MoleculerSchema {
  const { ServiceBroker } = require('moleculer15') as {
    ServiceBroker: new (o: object) => {
      services: { name: string; schema: MoleculerSchema }[];
      start(): Promise<void>;
    };
  };
  const broker = new ServiceBroker({ logger: false, internalServices: true });
  const [internal] = broker.services.filter(({ name }) => name === '$node');
  return internal.schema;
}

const health = { cpu: { cores: 2 } };

function make(options: object = {}) {
  const { registry } = makeRegistry();
  registry.applyInfo(
    info('a', [service('math', { add: {} }, { 'x.*': {} }), service('$node', { list: {} })]),
  );
  registry.applyInfo(info('b', [service('math', { add: {} })]));
  const definition = nodeService({ registry, options: () => options, health: () => Promise.resolve(health) });
  const call = (rawName: string, params: object | null = {}) => {
    const action = definition.actions.find(({ info: { rawName: name } }) => name === rawName);
    return action?.handler({ params } as unknown as Context);
  };
  return { definition, call };
}

describe('the $node service', () => {
  it('has the actions, schemas and switches of Moleculer', () => {
    const { definition } = make();
    const theirs = moleculersService();
    const described = definition.actions.map(({ info: { rawName, name, ...rest } }) => {
      expect(name).toBe(`$node.${rawName}`);
      return [rawName, rest];
    });
    const expected = Object.entries(theirs.actions).map(([name, { cache, tracing, params }]) => [
      name,
      params === undefined ? { cache, tracing } : { cache, tracing, params },
    ]);
    expect(described).toEqual(expected);
    expect(definition).toMatchObject({ name: theirs.name, fullName: '$node', dependencies: [], events: [] });
  });

  it('groups services unless asked not to, and takes text for booleans', () => {
    const { definition, call } = make();
    const schema = definition.actions.find(({ info: { rawName } }) => rawName === 'services')?.info['params'];
    const check = new Validator().compile(structuredClone(schema) as object);
    const params = { skipInternal: 'true' };
    expect(check(params)).toBe(true);
    expect(call('services', params)).toMatchObject([{ name: 'math', nodes: ['a', 'b'] }]);
    expect((call('services', { grouping: false }) as object[]).length).toBe(3);
  });

  it('answers with the registry, the health and nothing of metrics', async () => {
    const { call } = make();
    expect((call('list', { onlyAvailable: true }) as { id: string }[]).map(({ id }) => id)).toEqual([
      'me',
      'a',
      'b',
    ]);
    expect(call('actions', { skipInternal: true })).toMatchObject([{ name: 'math.add', count: 2 }]);
    expect(call('events', { withEndpoints: true })).toMatchObject([
      { name: 'x.*', endpoints: [{ nodeID: 'a' }] },
    ]);
    await expect(call('health')).resolves.toEqual(health);
    expect(() => call('metrics')).toThrow(MoleculerClientError);
    expect(() => call('metrics')).toThrow(
      expect.objectContaining({
        message: 'Metrics feature is disabled',
        code: 400,
        type: 'METRICS_DISABLED',
      }) as Error,
    );
  });

  it('lets anything pass for parameters', () => {
    const { call } = make();
    for (const name of ['list', 'services', 'actions', 'events'])
      expect(call(name, null)).toBeInstanceOf(Array);
  });

  it('shows the options, less what is secret', () => {
    const { call } = make({
      nodeID: 'me',
      transporter: 'redis://user:hunter2@redis:6379',
      errorHandler: () => null,
    });
    expect(call('options')).toEqual({ nodeID: 'me', transporter: 'redis://user:***@redis:6379' });
  });
});

describe('secrets', () => {
  it.each([
    ['redis://:hunter2@localhost:6379/0', 'redis://:***@localhost:6379/0'],
    ['rediss://user:p:a/s%40s@host', 'rediss://user:***@host'],
    ['nats://a:hunter2@one,nats://b:hunter2@two', 'nats://a:***@one,nats://b:***@two'],
    ['amqp+x://u:p@s,s@host', 'amqp+x://u:***@host'],
    ['redis://localhost:6379', 'redis://localhost:6379'],
    ['redis://user@localhost:6379', 'redis://user@localhost:6379'],
    ['http://host:80/a', 'http://host:80/a'],
    ['a: b@c', 'a: b@c'],
  ])('in URLs: %s', (url, shown) => {
    expect(maskSecrets({ urls: [url] })).toEqual({ urls: [shown] });
  });

  it('by name, at any depth', () => {
    const options = {
      transporter: {
        type: 'Redis',
        options: {
          host: 'h',
          password: 'p',
          sentinelPassword: 'q',
          tls: { key: 'k', passphrase: 'x', ca: 'shown' },
        },
      },
      tracing: {
        exporter: [
          {
            type: 'x',
            options: {
              apiKey: 'k',
              access_key: 'k',
              Authorization: 'k',
              authToken: 'k',
              clientSecret: ['a'],
            },
          },
        ],
      },
      auth: { user: 'u', pass: 'p' },
      cacher: { ttl: 30, keys: ['id'], keyPrefix: 'shown' },
      tokens: 0,
      password: null,
      exposeToken: true,
      secret: undefined,
    };
    expect(maskSecrets(options)).toEqual({
      transporter: {
        type: 'Redis',
        options: {
          host: 'h',
          password: '***',
          sentinelPassword: '***',
          tls: { key: '***', passphrase: '***', ca: 'shown' },
        },
      },
      tracing: {
        exporter: [
          {
            type: 'x',
            options: {
              apiKey: '***',
              access_key: '***',
              Authorization: '***',
              authToken: '***',
              clientSecret: '***',
            },
          },
        ],
      },
      auth: '***',
      cacher: { ttl: 30, keys: ['id'], keyPrefix: 'shown' },
      tokens: '***',
      password: null,
      exposeToken: true,
    });
  });

  it('leave a copy that survives JSON, whatever the options hold', () => {
    class Client {
      password = 'p';
    }
    const loop: Record<string, unknown> = {
      name: 'loop',
      big: 3n,
      when: new Date(0),
      pattern: /x/,
      url: new URL('redis://u:p@h'),
      client: new Client(),
      list: [1, () => 1],
    };
    loop['self'] = loop;
    const shown = maskSecrets(loop);
    expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
    expect(shown).toEqual({
      name: 'loop',
      big: '3',
      when: '1970-01-01T00:00:00.000Z',
      pattern: '/x/',
      url: 'redis://u:***@h',
      client: '[Client]',
      list: [1],
    });
    expect(loop['client']).toBeInstanceOf(Client);
  });

  it('change no prototype', () => {
    const options = JSON.parse('{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1}}}') as object;
    expect(maskSecrets(options)).toEqual({ a: {} });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
