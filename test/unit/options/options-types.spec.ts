import { describe, expect, it } from 'vitest';
import type { BrokerOptionsError } from '../../../lib/errors/broker.error.js';
import { resolveOptions } from '../../../lib/options/resolve-options.js';
import type { MoleculerModuleOptions } from '../../../lib/options/moleculer-module-options.interface.js';
import type { OptionProblem } from '../../../lib/options/rules/rule.js';

/** A configuration as `moleculer init` writes it: must compile. */
const migrated: MoleculerModuleOptions = {
  namespace: '',
  nodeID: null,
  metadata: {},
  logger: { type: 'Console', options: { colors: true } },
  logLevel: 'info',
  transporter: 'NATS',
  cacher: 'Redis',
  serializer: 'JSON',
  requestTimeout: 10 * 1000,
  retryPolicy: {
    enabled: false,
    retries: 5,
    delay: 100,
    maxDelay: 1000,
    factor: 2,
    check: (err) => err && !!err.retryable,
  },
  maxCallLevel: 100,
  heartbeatInterval: 10,
  heartbeatTimeout: 30,
  contextParamsCloning: false,
  tracking: { enabled: false, shutdownTimeout: 5000 },
  disableBalancer: false,
  registry: { strategy: 'RoundRobin', preferLocal: true },
  circuitBreaker: {
    enabled: false,
    threshold: 0.5,
    minRequestCount: 20,
    windowTime: 60,
    halfOpenTime: 10 * 1000,
    check: (err) => err && err.code >= 500,
  },
  bulkhead: { enabled: false, concurrency: 10, maxQueueSize: 100 },
  validator: true,
  errorHandler: null,
  metrics: { enabled: false, reporter: { type: 'Prometheus' } },
  tracing: { enabled: true, exporter: { type: 'Console' } },
  internalServices: true,
  internalMiddlewares: true,
  hotReload: false,
  middlewares: [],
  replOptions: null,
  created(_broker: unknown) {},
  async started(_broker: object) {},
  async stopped() {},
};

class Broker {
  nodeID = 'n';
}

const narrowed: MoleculerModuleOptions = {
  uidGenerator: (broker: Broker) => broker.nodeID,
  errorHandler: (error: TypeError, info: { ctx?: unknown }) => [error, info],
};

// @ts-expect-error a misspelt option does not compile
const misspelt: MoleculerModuleOptions = { heartbeatIntervall: 3 };

describe('types of the options', () => {
  it('take a configuration of Moleculer; what is not built is refused at start, with all the rest in order', () => {
    const warnings: string[] = [];
    let problems: OptionProblem[] = [];
    try {
      resolveOptions(migrated, (text) => warnings.push(text));
    } catch (error) {
      problems = (error as BrokerOptionsError).data as OptionProblem[];
    }
    expect(problems.map(({ option }) => option)).toEqual(['transporter', 'cacher', 'tracing']);
    expect(warnings).toHaveLength(7);
  });

  it('let functions say what they expect', () => {
    expect(resolveOptions(narrowed, () => {}).uidGenerator?.(new Broker())).toBe('n');
  });

  it('refuse at start what did not compile', () => {
    expect(() => resolveOptions(misspelt, () => {})).toThrow(/heartbeatInterval'/);
  });
});
