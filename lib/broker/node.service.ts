import { MoleculerClientError } from '../errors/moleculer.error.js';
import type { EndpointListOptions, NodeListOptions, ServiceListOptions } from '../registry/listings.js';
import type { ActionDefinition, Handler, ServiceDefinition } from '../registry/service-definition.js';
import { maskSecrets } from './mask-secrets.js';

/** What the `$node` service asks for its answers. */
export interface NodeServiceHost {
  readonly registry: {
    nodes(options: NodeListOptions): unknown[];
    services(options: ServiceListOptions): unknown[];
    actions(options: EndpointListOptions): unknown[];
    events(options: EndpointListOptions): unknown[];
  };
  /** The broker's options; secrets are masked here. */
  options(): object;
  health(): Promise<object>;
}

/** Query strings bring text, so booleans are converted. */
const flag = (standard: boolean) => ({ type: 'boolean', optional: true, convert: true, default: standard });

const names = {
  type: 'multi',
  optional: true,
  rules: [{ type: 'string' }, { type: 'array', items: 'string' }],
};

const endpointParams = {
  onlyLocal: flag(false),
  skipInternal: flag(false),
  withEndpoints: flag(false),
  onlyAvailable: flag(false),
};

const serviceParams = {
  onlyLocal: flag(false),
  skipInternal: flag(false),
  withActions: flag(false),
  withEvents: flag(false),
  onlyAvailable: flag(false),
  grouping: flag(true),
};

/** Moleculer's internal service: what a node knows of the cluster and of itself, for people and tools (`mol $`). */
export function nodeService(host: NodeServiceHost): ServiceDefinition {
  const { registry } = host;
  return {
    name: '$node',
    fullName: '$node',
    settings: {},
    metadata: {},
    dependencies: [],
    events: [],
    actions: [
      action('list', { withServices: flag(false), onlyAvailable: flag(false) }, (ctx) =>
        registry.nodes(given(ctx.params)),
      ),
      action('services', serviceParams, (ctx) => registry.services(given(ctx.params))),
      action('actions', endpointParams, (ctx) => registry.actions(given(ctx.params))),
      action('events', endpointParams, (ctx) => registry.events(given(ctx.params))),
      action('health', undefined, () => host.health()),
      action('options', {}, () => maskSecrets(host.options())),
      action('metrics', { types: names, includes: names, excludes: names }, refuseMetrics),
    ],
  };
}

function action(rawName: string, params: object | undefined, handler: Handler): ActionDefinition {
  const info = { rawName, name: `$node.${rawName}`, cache: false, tracing: false };
  return { info: params === undefined ? info : { ...info, params }, handler, origin: info.name };
}

/** Without a validator anything may come. */
function given<T extends object>(params: unknown): T {
  return (typeof params === 'object' && params !== null ? params : {}) as T;
}

function refuseMetrics(): never {
  throw new MoleculerClientError('Metrics feature is disabled', 400, 'METRICS_DISABLED');
}
