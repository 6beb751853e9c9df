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
  name?: string;
  localAction?(next: ActionHandler, action: ActionInfo): ActionHandler;
  remoteAction?(next: ActionHandler, action: ActionInfo): ActionHandler;
  localEvent?(next: ActionHandler, event: EventInfo): ActionHandler;
  call?(next: CallHandler): CallHandler;
}
