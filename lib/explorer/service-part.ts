import type { ActionOptions } from '../decorators/action-options.interface.js';
import type { EventOptions } from '../decorators/event-options.interface.js';
import type { ServiceOptions } from '../decorators/service-options.interface.js';
import type { Handler } from '../registry/service-definition.js';

/** What one class contributes to a service. */
export interface ServicePart {
  /** Name of the class. */
  readonly origin: string;
  readonly name: string;
  readonly options: ServiceOptions;
  readonly actions: readonly HandlerPart<ActionOptions>[];
  readonly events: readonly HandlerPart<EventOptions>[];
}

export interface HandlerPart<Options> {
  /** Of the action, or the pattern of the event. */
  readonly name: string;
  readonly options: Options;
  readonly handler: Handler;
  /** `Class.method`. */
  readonly origin: string;
}
