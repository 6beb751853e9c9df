import type { Context } from '../context/context.js';
import type { Result } from '../context/contract.types.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- inference only */

/** A method as decorators see it. */
export type HandlerMethod = (...args: any[]) => unknown;

type IsAny<T> = 0 extends 1 & T ? true : false;
type AnyContext = Context<any, any>;

/** Takes the whole value, or one of its properties (a keyed argument). */
type Accepts<Argument, Value> =
  IsAny<Argument> extends true
    ? true
    : [Argument] extends [AnyContext]
      ? false
      : [Value] extends [Argument]
        ? true
        : Value extends object
          ? { [K in keyof Value]: [Value[K]] extends [Argument] ? true : never }[keyof Value] extends never
            ? false
            : true
          : false;

type SomeAccepts<Arguments extends readonly unknown[], Value> = Arguments extends readonly []
  ? false
  : Arguments extends readonly [infer First, ...infer Rest]
    ? Accepts<First, Value> extends true
      ? true
      : SomeAccepts<Rest, Value>
    : Arguments extends readonly [(infer First)?, ...infer Rest]
      ? Accepts<First, Value> extends true
        ? true
        : SomeAccepts<Rest, Value>
      : true;

/**
 * Makes a decorator refuse a handler of which no argument takes `Value`. Handlers without arguments, or with a `Context` alone, pass.
 */
export type Fits<Method, Value> = unknown extends Value
  ? unknown
  : Method extends (...args: infer Arguments) => any
    ? Arguments extends readonly []
      ? unknown
      : Required<Arguments> extends [AnyContext]
        ? unknown
        : SomeAccepts<Arguments, Value> extends true
          ? unknown
          : { readonly 'no argument of the handler accepts these params': Value }
    : never;

/** Makes a decorator refuse a handler whose result (promises and Observables unwrapped) a schema would not take. */
export type Gives<Method, Input> = unknown extends Input
  ? unknown
  : Method extends (...args: any[]) => infer R
    ? IsAny<Result<R>> extends true
      ? unknown
      : [Result<R>] extends [Input]
        ? unknown
        : { readonly "the handler's result does not fit this schema": Input }
    : never;
