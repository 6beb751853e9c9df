import type { Context } from '../context/context.js';
import type { ActionDefinition, EventDefinition } from '../registry/service-definition.js';

type ActionInfo = ActionDefinition['info'];
type EventInfo = EventDefinition['info'];

/** An action or event handler as a middleware sees it. */
export type ActionHandler = (ctx: Context) => Promise<unknown>;

/** Calls an action by name; what the `call` hook wraps. */
export type CallHandler = (action: string, params: unknown, opts: object) => Promise<unknown>;

/**
 * Moleculer's middleware hooks. The contract stands; running middlewares is not built yet, and the option `middlewares` is refused
 * while its list has entries.
 */
export interface Middleware {
  /** For messages. */
  name?: string;
  /** Wraps each action of this node, once. */
  localAction?(next: ActionHandler, action: ActionInfo): ActionHandler;
  /** Wraps each action of other nodes. */
  remoteAction?(next: ActionHandler, action: ActionInfo): ActionHandler;
  /** Wraps each event handler of this node. */
  localEvent?(next: ActionHandler, event: EventInfo): ActionHandler;
  /** Wraps `call`. */
  call?(next: CallHandler): CallHandler;
}
