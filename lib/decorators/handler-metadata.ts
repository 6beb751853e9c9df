import 'reflect-metadata';
import { ServiceSchemaError } from '../errors/service.error.js';
import { decoratorOnNoMethod, decoratorOnStatic, decoratorOnSymbol } from '../messages/explorer.messages.js';
import { ACTION_METADATA, ENTRY_PROVIDER, EVENT_METADATA } from './metadata.keys.js';

/** Notes one more declaration on a method. On the function itself, as Nest does, so that `Reflector` and overrides see it. */
export function declareHandler(
  decorator: string,
  key: string,
  options: object,
  target: object,
  method: string | symbol,
  descriptor: PropertyDescriptor | undefined,
): void {
  if (typeof target === 'function') {
    throw new ServiceSchemaError(decoratorOnStatic(decorator, (target as Function).name, String(method)));
  }
  if (typeof method === 'symbol') {
    throw new ServiceSchemaError(decoratorOnSymbol(decorator, target.constructor.name, String(method)));
  }
  const handler: unknown = descriptor?.value;
  if (typeof handler !== 'function') {
    throw new ServiceSchemaError(decoratorOnNoMethod(decorator, target.constructor.name, method));
  }
  const known = (Reflect.getOwnMetadata(key, handler) as object[] | undefined) ?? [];
  // Decorators run from the bottom up; the list reads like the source.
  Reflect.defineMetadata(key, [options, ...known], handler);
  // Makes request-scoped global enhancers reach the class; without it Nest leaves them out in silence.
  Reflect.defineMetadata(ENTRY_PROVIDER, true, target.constructor);
}

/** Whether a method bears `@Action` or `@Event`. */
export const isHandler = (method: object): boolean =>
  Reflect.hasOwnMetadata(ACTION_METADATA, method) || Reflect.hasOwnMetadata(EVENT_METADATA, method);
