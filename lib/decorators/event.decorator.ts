import type { EventName, EventPayload } from '../context/contract.types.js';
import type { EventOptions } from './event-options.interface.js';
import type { Fits, HandlerMethod } from './fits.type.js';
import { declareHandler } from './handler-metadata.js';
import { EVENT_METADATA } from './metadata.keys.js';

type EventDecorator<N> = <T extends HandlerMethod>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<T> & Fits<T, EventPayload<N>>,
) => void;

/**
 * Makes a method a listener of an event or pattern (`*` one segment, `**` any, `?` one character). It gets `(payload, ctx)`, or what
 * its parameter decorators ask for. May be given several times. For names in `EventTypes`, a method of which no argument takes the
 * payload does not compile.
 *
 * @param name Default: the method's name.
 * @throws ServiceSchemaError at load, on a static or symbol-named method; at start, for what is wrong otherwise
 * @publicApi
 */
export function Event<N extends EventName>(name?: N, options?: EventOptions): EventDecorator<N>;
export function Event<N extends EventName>(options: EventOptions & { name?: N }): EventDecorator<N>;
export function Event(
  nameOrOptions?: string | (EventOptions & { name?: string }),
  more: EventOptions = {},
): EventDecorator<string> {
  const options =
    typeof nameOrOptions === 'object'
      ? nameOrOptions
      : { ...more, ...(nameOrOptions && { name: nameOrOptions }) };
  return (target, key, descriptor) =>
    declareHandler('@Event', EVENT_METADATA, options, target, key, descriptor.value as object);
}
