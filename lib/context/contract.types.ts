import type { Readable } from 'node:stream';
import type { Observable } from 'rxjs';
import type { CallOptions, EmitOptions } from './call-options.js';
import type { Context } from './context.js';
import type { NotAction } from './not-actions.js';

/* eslint-disable @typescript-eslint/no-explicit-any --
   the two interfaces are there to be merged into; `any` stands in constraints and inference only, where `unknown` would refuse handlers */

/** Action name → `(params) => result`. Open for declaration merging; known names type `call` and `mcall`. */
export interface ActionTypes {}

/** Event name → payload. Open for declaration merging; known names type `emit`, `events` and `@Event`. */
export interface EventTypes {}

type IsAny<T> = 0 extends 1 & T ? true : false;
type AnyFunction = (...args: any[]) => any;

/** What a caller gets of a handler's return type: promises and Observables unwrapped. */
export type Result<T> = T extends PromiseLike<infer U> ? Result<U> : T extends Observable<infer U> ? U : T;

type LifecycleHook =
  | 'onModuleInit'
  | 'onModuleDestroy'
  | 'onApplicationBootstrap'
  | 'beforeApplicationShutdown'
  | 'onApplicationShutdown';

type MethodName<S> = {
  [K in keyof S]-?: IsAny<S[K]> extends true ? never : S[K] extends AnyFunction ? K : never;
}[keyof S] &
  string;

type Primitive = string | number | bigint | boolean | symbol;
type NotParams = Context<any, any> | Readable;

/**
 * The first argument that is neither a `Context` nor a stream, as a tuple of at most one. A primitive there belongs to a keyed
 * handler (`@Params('id') id`): callers send an object, so such an entry is made uncallable instead of wrong.
 */
type FirstParam<A extends readonly unknown[]> = A extends readonly []
  ? []
  : A extends readonly [infer F, ...infer R]
    ? IsAny<F> extends true
      ? [params: any]
      : [F] extends [NotParams]
        ? FirstParam<R>
        : [F] extends [Primitive]
          ? [keyedHandler: never]
          : [params: F]
    : A extends readonly [(infer F)?, ...infer R]
      ? IsAny<F> extends true
        ? [params?: any]
        : [NonNullable<F>] extends [NotParams]
          ? FirstParam<R>
          : [NonNullable<F>] extends [Primitive]
            ? [keyedHandler: never]
            : [params?: F]
      : [];

/** A handler method as its callers see it. */
export type ActionFn<M> = M extends (...a: infer A) => infer R
  ? (...params: FirstParam<A>) => Result<R>
  : never;

/**
 * Entries for `ActionTypes` from a service class:
 * `interface ActionTypes extends ContractOf<UsersService, 'users', 'get' | 'list'> {}`.
 */
export type ContractOf<S, N extends string, Only extends keyof S = keyof S> = {
  [K in Exclude<Only & string, LifecycleHook> as `${N}.${K}`]: S[K];
};

/**
 * Typed calls to one service, by method. Never thenable and without Nest's hooks, so it can be injected safely; an action of such
 * a name (`catch`, `inspect`, `toJSON` …) is called by its name, with `call`.
 */
export type ServiceClient<S> = ClientOf<S, Exclude<MethodName<S>, NotAction>>;

/** Mapped over keys of the class itself, so that editors find the methods behind it, with their docs. */
type ClientOf<S, K extends keyof S> = {
  readonly [M in K]: ActionFn<S[M]> extends (...p: infer P) => infer R
    ? (...args: CallTuple<P>) => Promise<R>
    : never;
};

/** Stands for the type of the same name in decorated constructors, where compilers that see one file at a time need a value. */
export const ServiceClient: unknown = Object;

type CallTuple<P extends readonly any[]> = P extends readonly []
  ? [params?: null | Record<string, never>, opts?: CallOptions]
  : P extends readonly [infer X]
    ? [params: X, opts?: CallOptions]
    : P extends readonly [(infer X)?]
      ? [params?: X, opts?: CallOptions]
      : never;

/** Any action name; the known ones are offered by editors. */
export type ActionName = keyof ActionTypes | (string & {});

/** What follows the name in `call`: typed for known actions, free for others. */
export type CallArgs<A> = A extends keyof ActionTypes
  ? ActionTypes[A] extends (...p: infer P) => any
    ? CallTuple<FirstParam<P>>
    : never
  : [params?: unknown, opts?: CallOptions];

/** What `call` resolves with: inferred for known actions, `unknown` for others. */
export type ActionResult<A> = A extends keyof ActionTypes
  ? ActionTypes[A] extends (...p: any[]) => infer R
    ? Result<R>
    : never
  : unknown;

type Segments<P extends string> = P extends `${infer H}.${infer T}` ? [H, ...Segments<T>] : [P];

type MatchSegments<P extends string[], N extends string[]> = P extends [
  infer H extends string,
  ...infer PT extends string[],
]
  ? H extends '**'
    ? true
    : N extends [infer NH extends string, ...infer NT extends string[]]
      ? H extends '*'
        ? MatchSegments<PT, NT>
        : H extends NH
          ? MatchSegments<PT, NT>
          : false
      : false
  : N extends []
    ? true
    : false;

/** Names of `EventTypes` that a pattern matches: `*` one segment, `**` any number. */
export type MatchingEvents<P extends string> = {
  [K in keyof EventTypes & string]: MatchSegments<Segments<P>, Segments<K>> extends true ? K : never;
}[keyof EventTypes & string];

/** The payload type of an event name or pattern; `unknown` where nothing is known. */
export type EventPayload<P> = P extends keyof EventTypes
  ? EventTypes[P]
  : P extends string
    ? [MatchingEvents<P>] extends [never]
      ? unknown
      : EventTypes[MatchingEvents<P> & keyof EventTypes]
    : unknown;

/** Any event name or pattern; the known names are offered by editors. */
export type EventName = keyof EventTypes | (string & {});

/** What follows the name in `emit` and `broadcast`. */
export type EmitArgs<E> = E extends keyof EventTypes
  ? undefined extends EventTypes[E]
    ? [payload?: EventTypes[E], opts?: EmitOptions]
    : [payload: EventTypes[E], opts?: EmitOptions]
  : [payload?: unknown, opts?: EmitOptions];

/** One entry of `mcall`. */
export interface CallDef<A extends ActionName = ActionName> {
  action: A;
  params?: unknown;
  options?: CallOptions;
}

type DefParams<Args extends readonly unknown[]> = Args extends readonly [infer P, ...unknown[]]
  ? { readonly params: P }
  : { readonly params?: Args[0] };

/** One entry of `mcall` for an action of this name: known ones with the params that they take. */
export type TypedCallDef<A> = {
  readonly action: A;
  readonly options?: CallOptions;
} & (A extends keyof ActionTypes ? DefParams<CallArgs<A>> : { readonly params?: unknown });

/** With `{ settled: true }` each result says whether it came, as `Promise.allSettled`. */
export type Settled<R, O> = O extends { settled: true } ? PromiseSettledResult<R> : R;

/** A received event as it flows through `events()`. */
export interface EventMessage<T = unknown> {
  readonly event: string;
  readonly payload: T;
  readonly meta: Record<string, any>;
  readonly headers: Record<string, any>;
  /** Node ID of the sender. */
  readonly sender: string;
  /** The groups the sender chose; empty: all. */
  readonly groups: string[];
  readonly broadcast: boolean;
  readonly ctx: Context;
}

/** The part of the Standard Schema convention (version 1) that types need. */
export interface StandardSchemaV1<I = unknown, O = I> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    /** Gives the value or the issues. */
    readonly validate: (value: unknown) => any;
    readonly types?: { readonly input: I; readonly output: O } | undefined;
  };
}

/** What a handler gets after validation by a schema or class. */
export type ParamsOf<S> =
  S extends StandardSchemaV1<any, infer O>
    ? O
    : S extends abstract new (...a: any[]) => infer C
      ? C
      : unknown;

/** What a schema or class takes: for `returns`, what the handler may give. */
export type InputOf<S> =
  S extends StandardSchemaV1<infer I, any>
    ? I
    : S extends abstract new (...a: any[]) => infer C
      ? C
      : unknown;

/** Marks a type argument that was not written out. */
export type Unset = { readonly __unset: unique symbol };

/** `never` unless the type argument was written out: keeps known names from falling back to the untyped form. */
export type IfSet<R, T> = IsAny<R> extends true ? T : [R] extends [Unset] ? never : T;
