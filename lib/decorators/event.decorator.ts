import type { EventName, EventPayload, ParamsOf } from '../context/contract.types.js';
import type { EventOptions } from './event-options.interface.js';
import type { Fits, HandlerMethod } from './fits.type.js';
import { declareHandler } from './handler-metadata.js';
import { EVENT_METADATA } from './metadata.keys.js';
import type { ParamsSchema, ValidatorSchema } from './params-schema.type.js';

type EventDecorator<N, S> = <T extends HandlerMethod>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<T> & Fits<T, Received<N, S>>,
) => void;

/** What the schema makes of the payload, if types can tell; else what `EventTypes` says. */
type Received<N, S> = unknown extends ParamsOf<S> ? EventPayload<N> : ParamsOf<S>;

/**
 * Makes a method a listener of an event or pattern (`*` one segment, `**` any, `?` one character). It gets `(payload, ctx)`, or what
 * its parameter decorators ask for. May be given several times. For names in `EventTypes`, and with
 * `params` as a Standard Schema or a class, a method of which no argument takes the payload does not compile.
 *
 * @param name Default: the method's name.
 * @throws ServiceSchemaError at load, on what is no method, a static or a symbol-named one; at start, for what is wrong otherwise
 * @publicApi
 */
export function Event<N extends EventName, const S extends ParamsSchema = ValidatorSchema>(
  name?: N,
  options?: EventOptions & { params?: S },
): EventDecorator<N, S>;
export function Event<N extends EventName, const S extends ParamsSchema = ValidatorSchema>(
  options: EventOptions & { name?: N; params?: S },
): EventDecorator<N, S>;
export function Event(
  nameOrOptions?: string | (EventOptions & { name?: string }),
  more: EventOptions = {},
): EventDecorator<string, ValidatorSchema> {
  const options =
    typeof nameOrOptions === 'object'
      ? nameOrOptions
      : { ...more, ...(nameOrOptions && { name: nameOrOptions }) };
  return (target, key, descriptor) =>
    declareHandler('@Event', EVENT_METADATA, options, target, key, descriptor);
}
