import { afterEach, describe, expect, it, vi } from 'vitest';
import { resolveOptions } from '../../../lib/options/resolve-options.js';
import { LoadBalanceStrategy } from '../../../lib/strategies/load-balance.strategy.js';
import type { Endpoint } from '../../../lib/strategies/endpoint.js';
import { Transporter } from '../../../lib/transporters/transporter.js';
import { Validator } from '../../../lib/validators/validator.js';

class OwnTransporter extends Transporter {
  async connect() {}
  async disconnect() {}
  async subscribe() {}
  send() {}
}

class OwnStrategy extends LoadBalanceStrategy {
  select<E extends Endpoint>(list: readonly E[]): E {
    return list[0]!;
  }
}

class OwnValidator extends Validator {
  compile() {
    return (params: unknown) => params;
  }
}

function resolve(raw: unknown) {
  return resolveOptions(raw, (text) => {
    throw new Error(`unexpected warning: ${text}`);
  });
}

describe('defaults', () => {
  it('are Moleculer’s, with the deliberate differences', () => {
    expect(resolve(undefined)).toEqual(resolve({}));
    expect(resolve({})).toMatchObject({
      namespace: '',
      nodeID: null,
      metadata: {},
      transporter: null,
      protocolVersion: 'auto',
      serializer: { kind: 'named', type: 'JSON' },
      requestTimeout: 30_000,
      maxCallLevel: 0,
      contextParamsCloning: false,
      validator: { kind: 'named', type: 'Fastest' },
      heartbeatInterval: 10,
      heartbeatTimeout: 30,
      dependencyInterval: 1000,
      dependencyTimeout: 0,
      internalServices: true,
      tracking: { enabled: true, shutdownTimeout: 5000 },
      globalEnhancers: { guards: true, interceptors: true, pipes: true, filters: true },
      registry: {
        strategy: { kind: 'named', type: 'RoundRobin' },
        preferLocal: true,
        stopDelay: 100,
        discoverer: {
          type: 'Local',
          options: { heartbeatInterval: 10, heartbeatTimeout: 30, cleanOfflineNodesTimeout: 600 },
        },
      },
      transit: {
        maxQueueSize: 50_000,
        maxChunkSize: 262_144,
        maxPacketSize: 16_777_216,
        disableReconnect: false,
        disableVersionCheck: false,
        serviceChangedDebounceTime: 50,
        connectTimeout: 5000,
      },
      circuitBreaker: { enabled: false, windowTime: 60 },
    });
  });

  it('judge errors as Moleculer does', () => {
    const { retryPolicy, circuitBreaker } = resolve({});
    expect(retryPolicy.check({ retryable: true } as never)).toBe(true);
    expect(retryPolicy.check(null as never)).toBe(false);
    expect(circuitBreaker.check({ code: 500 } as never)).toBe(true);
    expect(circuitBreaker.check({ code: 404 } as never)).toBe(false);
  });

  describe('of exposeStack', () => {
    afterEach(() => vi.unstubAllEnvs());

    it.each([
      ['production', false],
      ['development', true],
      [undefined, true],
    ])('in %s: %s', (environment, exposed) => {
      vi.stubEnv('NODE_ENV', environment);
      expect(resolve({}).exposeStack).toBe(exposed);
      expect(resolve({ exposeStack: !exposed }).exposeStack).toBe(!exposed);
    });
  });
});

describe('what is allowed', () => {
  const instance = new OwnTransporter();
  const strategy = new OwnStrategy();
  const check = (): boolean => true;

  it.each<[option: object, resolved: object]>([
    [
      { namespace: 'dev', nodeID: 'n-1', metadata: { zone: 'a' } },
      { namespace: 'dev', nodeID: 'n-1', metadata: { zone: 'a' } },
    ],
    [
      { namespace: null, nodeID: null, transporter: null },
      { namespace: '', nodeID: null, transporter: null },
    ],
    [
      { transporter: 'redis://u:p@h:6379' },
      { transporter: { kind: 'named', type: 'Redis', url: 'redis://u:p@h:6379' } },
    ],
    [{ transporter: 'REDISS://h' }, { transporter: { type: 'Redis', url: 'REDISS://h' } }],
    [{ transporter: 'redis' }, { transporter: { type: 'Redis', url: null, options: {} } }],
    [{ transporter: 'Memory' }, { transporter: { type: 'Memory' } }],
    [
      { transporter: { type: 'Redis', options: { host: 'h' } } },
      { transporter: { type: 'Redis', options: { host: 'h' } } },
    ],
    [
      { transporter: { type: 'Redis', options: 'redis://h' } },
      { transporter: { type: 'Redis', url: 'redis://h' } },
    ],
    [{ transporter: 'memory://hub' }, { transporter: { type: 'Memory', url: 'memory://hub' } }],
    [{ transporter: { type: 'Redis', options: check } }, { transporter: { type: 'Redis', options: check } }],
    [{ transporter: instance }, { transporter: { kind: 'instance', instance } }],
    [{ transporter: OwnTransporter }, { transporter: { kind: 'class', type: OwnTransporter } }],
    [{ serializer: 'json' }, { serializer: { type: 'JSON' } }],
    [{ serializer: { type: 'JSON' } }, { serializer: { type: 'JSON' } }],
    [{ serializer: null }, { serializer: { type: 'JSON' } }],
    [{ validator: false }, { validator: null }],
    [{ validator: null }, { validator: null }],
    [{ validator: true }, { validator: { type: 'Fastest' } }],
    [{ validator: 'FastestValidator' }, { validator: { type: 'Fastest' } }],
    [
      { validator: { options: { haltOnFirstError: true } } },
      { validator: { type: 'Fastest', options: { haltOnFirstError: true } } },
    ],
    [{ validator: OwnValidator }, { validator: { kind: 'class', type: OwnValidator } }],
    [{ registry: { strategy: 'random' } }, { registry: { strategy: { kind: 'named', type: 'Random' } } }],
    [
      { registry: { strategy: OwnStrategy } },
      { registry: { strategy: { kind: 'class', type: OwnStrategy } } },
    ],
    [{ registry: { strategy } }, { registry: { strategy: { kind: 'instance', instance: strategy } } }],
    [{ registry: { discoverer: 'Local' } }, { registry: { discoverer: { type: 'Local' } } }],
    [{ registry: { discoverer: null } }, { registry: { discoverer: { type: 'Local' } } }],
    [
      {
        heartbeatInterval: 1,
        heartbeatTimeout: 3,
        registry: { discoverer: { options: { heartbeatTimeout: 2 } } },
      },
      { registry: { discoverer: { options: { heartbeatInterval: 1, heartbeatTimeout: 2 } } } },
    ],
    [
      { heartbeatInterval: 0, heartbeatTimeout: 0.5 },
      { heartbeatInterval: 0, heartbeatTimeout: 0.5 },
    ],
    [{ requestTimeout: 0 }, { requestTimeout: 0 }],
    [
      { transit: { serviceChangedDebounceTime: 1000 } },
      { transit: { serviceChangedDebounceTime: 1000, maxQueueSize: 50_000 } },
    ],
    [
      { globalEnhancers: false },
      { globalEnhancers: { guards: false, interceptors: false, pipes: false, filters: false } },
    ],
    [
      { globalEnhancers: { pipes: false } },
      { globalEnhancers: { guards: true, interceptors: true, pipes: false, filters: true } },
    ],
    [
      { errorHandler: null, errorRegenerator: null, uidGenerator: null },
      { errorHandler: null, errorRegenerator: null },
    ],
    [{ errorHandler: check }, { errorHandler: check }],
    [{ errorRegenerator: { restore: check } }, { errorRegenerator: { restore: check } }],
    [
      { cacher: false, metrics: false, tracing: { enabled: false, exporter: 'Console' }, middlewares: null },
      { cacher: null },
    ],
    [
      { retryPolicy: { enabled: false, retries: 3, check } },
      { retryPolicy: { retries: 3, delay: 100, check } },
    ],
    [{ protocolVersion: '4' }, { protocolVersion: '4' }],
    [
      { transporter: undefined, transit: undefined },
      { transporter: null, transit: { connectTimeout: 5000 } },
    ],
  ])('%o', (option, resolved) => {
    expect(resolve(option)).toMatchObject(resolved);
  });

  it('is read from getters of a class, too', () => {
    class Config {
      get requestTimeout() {
        return 5;
      }
    }
    expect(resolve(new Config()).requestTimeout).toBe(5);
  });

  it('is left as it is', () => {
    const options = Object.freeze({
      transit: Object.freeze({ maxQueueSize: 5 }),
      metadata: Object.freeze({ a: 1 }),
      registry: Object.freeze({ strategyOptions: Object.freeze({ b: 1 }) }),
    });
    const resolved = resolve(options);
    expect(resolved.transit.maxQueueSize).toBe(5);
    expect(resolved.metadata).not.toBe(options.metadata);
    expect(options).toEqual({
      transit: { maxQueueSize: 5 },
      metadata: { a: 1 },
      registry: { strategyOptions: { b: 1 } },
    });
  });
});

describe('options of Moleculer without meaning here', () => {
  it('warn once each, naming what to do instead', () => {
    const warnings: string[] = [];
    const options = {
      logger: false,
      logLevel: 'info',
      hotReload: true,
      replOptions: { delimiter: '$' },
      internalMiddlewares: true,
      skipProcessEventRegistration: true,
      created() {},
      started() {},
      stopped() {},
    };
    resolveOptions(options, (text) => warnings.push(text));
    expect(warnings).toHaveLength(Object.keys(options).length);
    for (const key of Object.keys(options)) {
      expect(warnings.filter((text) => text.includes(`'${key}'`))).toHaveLength(1);
    }
    expect(warnings[0]).toContain('NestFactory.create');
  });

  it('say nothing where they are null or undefined', () => {
    expect(() => resolve({ replOptions: null, logger: undefined })).not.toThrow();
  });
});
