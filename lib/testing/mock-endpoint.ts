import type { Context, ServiceBroker, ServiceInfo } from '../index.js';
import type { ActionEndpoint, CallableAction } from '../registry/action-list.js';
import type { Detour } from '../registry/detours.js';
import { ownTimeout } from '../registry/node-endpoint.js';
import type { ActionDefinition, Handler } from '../registry/service-definition.js';

/**
 * Puts a made-up action in front of whatever a broker knows by that name: the broker's own calls find it, and so do requests of
 * other nodes if the broker has the action. All around a handler stays as it is (context, timeout, meta, errors); of the action itself the
 * schema of its params is kept.
 */
export class MockedEndpoint implements Detour {
  readonly names: readonly string[];
  private known: { behind: object | undefined; endpoint: ActionEndpoint } | null = null;

  constructor(
    private readonly name: string,
    private readonly broker: ServiceBroker,
    private readonly answer: Handler,
    readonly remedy: Detour['remedy'],
  ) {
    this.names = [name];
  }

  action(name: string, behind: CallableAction | undefined): CallableAction | undefined {
    if (name !== this.name) return undefined;
    const endpoint = this.endpoint(behind);
    return {
      name,
      hidden: behind?.hidden ?? false,
      // Without an action of our own, other nodes must not find one.
      local: behind?.local ? endpoint : null,
      preferred: null,
      first: endpoint,
      count: 1,
      next: () => endpoint,
      on: () => endpoint,
    };
  }

  /** The same one until the action behind is another. */
  private endpoint(list: CallableAction | undefined): ActionEndpoint {
    const behind = list?.local ?? list?.first;
    if (this.known === null || this.known.behind !== behind)
      this.known = { behind, endpoint: this.make(list) };
    return this.known.endpoint;
  }

  private make(list: CallableAction | undefined): ActionEndpoint {
    const { name, broker, answer } = this;
    const local = list?.local ?? null;
    const action = local?.action ?? list?.first?.action ?? { name };
    return {
      name,
      nodeID: broker.nodeID,
      local: true,
      available: true,
      cpu: null,
      action,
      service: local?.service ?? serviceOf(name),
      visibility: local?.visibility ?? 'published',
      timeout: ownTimeout(action),
      handler: this.validated(action, local?.service.fullName) ?? answer,
      prepared: null,
    };
  }

  /** null: a schema of another node that cannot be used here, as one that was written for a custom rule. */
  private validated(action: ActionEndpoint['action'], service: string | undefined): Handler | null {
    const { services, pipeline } = this.broker.parts;
    const own = service === undefined ? undefined : services.get(service)?.actions.find(isNamed(action.name));
    const made: ActionDefinition = {
      ...own,
      // What a test makes up may be a part of what the action returns.
      info: { ...action, rawName: action.rawName ?? action.name, ...own?.info, validateReturns: 'off' },
      handler: this.answer,
      origin: `mockAction('${action.name}')`,
    };
    try {
      return pipeline.action(made);
    } catch (error) {
      if (own !== undefined) throw error;
      return null;
    }
  }
}

const isNamed =
  (name: string) =>
  ({ info }: ActionDefinition): boolean =>
    info.name === name;

function serviceOf(action: string): ServiceInfo {
  const fullName = action.slice(0, Math.max(0, action.lastIndexOf('.')));
  return { name: fullName, fullName, settings: {}, metadata: {}, actions: {}, events: {} };
}

/** Answers every name that nobody else does, so that the test says what is missing. */
export class LastEndpoint implements Detour {
  readonly names: readonly string[] = [];

  constructor(
    private readonly broker: ServiceBroker,
    private readonly answer: (action: string, ctx: Context) => unknown,
  ) {}

  action(name: string, behind: CallableAction | undefined): CallableAction | undefined {
    if (behind !== undefined || typeof name !== 'string' || name === '') return undefined;
    const all = new MockedEndpoint(name, this.broker, (ctx) => this.answer(name, ctx), this.remedy);
    return all.action(name, undefined);
  }

  remedy = (): null => null;
}
