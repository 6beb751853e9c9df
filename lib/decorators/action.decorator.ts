import type { InputOf, ParamsOf } from '../context/contract.types.js';
import type { ActionOptions } from './action-options.interface.js';
import type { Fits, Gives, HandlerMethod } from './fits.type.js';
import { declareHandler } from './handler-metadata.js';
import { ACTION_METADATA } from './metadata.keys.js';
import type { ParamsSchema, ValidatorSchema } from './params-schema.type.js';

/**
 * Makes a method an action. It gets `(params, ctx)`, or what its parameter decorators ask for, and returns a value, a promise or an
 * Observable (its last value; null if it has none).
 *
 * With `params` as a Standard Schema or a class, a method of which no argument takes the validated params does not compile; nor does,
 * with such `returns`, one whose result the schema does not take.
 *
 * @param nameOrOptions Name without the service's; default: the method's name.
 * @throws ServiceSchemaError at load, on what is no method, a static or a symbol-named one; at start, for what is wrong otherwise
 * @publicApi
 */
export function Action<
  const S extends ParamsSchema = ValidatorSchema,
  const R extends ParamsSchema = ValidatorSchema,
>(
  nameOrOptions: string | (ActionOptions<S> & { returns?: R }) = {},
): <T extends HandlerMethod>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<T> & Fits<T, ParamsOf<S>> & Gives<T, InputOf<R>>,
) => void {
  const options = typeof nameOrOptions === 'string' ? { name: nameOrOptions } : nameOrOptions;
  return (target, key, descriptor) =>
    declareHandler('@Action', ACTION_METADATA, options, target, key, descriptor);
}
