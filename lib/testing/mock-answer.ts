import type { Observable } from 'rxjs';
import type { CallArgs, ActionResult, Context } from '../index.js';
import { errorOf } from '../errors/thrown.js';

/** Params of an action, as its handler gets them; `unknown` where the name is not in `ActionTypes`. */
export type MockParams<A> = CallArgs<A>[0];

/**
 * What a made-up action answers with: a value, of which objects may leave out what the code under test does not read, or a function that is called as a handler, `(params, ctx)`, each time; its promise or
 * Observable is awaited as a handler's.
 */
export type MockAnswer<A> = MockResult<ActionResult<A>> | MockHandler<A>;

/** A handler that stands for the real one. */
export type MockHandler<A> = (
  params: MockParams<A>,
  ctx: Context,
) =>
  | MockResult<ActionResult<A>>
  | PromiseLike<MockResult<ActionResult<A>>>
  | Observable<MockResult<ActionResult<A>>>;

/** A result or, for objects, a part of it; where nobody knows its type, anything but a function. */
export type MockResult<R> = unknown extends R
  ? object | string | number | bigint | boolean | null | undefined
  : R extends Whole
    ? R
    : R extends readonly (infer E)[]
      ? readonly MockResult<E>[]
      : R extends object
        ? { readonly [K in keyof R]?: MockResult<R[K]> }
        : R;

/** Objects that are no good in parts. */
type Whole = Date | RegExp | Error | Uint8Array | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>;

/** A value may be left out where `undefined` is a result. */
export type AnswerArgs<A> =
  undefined extends ActionResult<A> ? [answer?: MockAnswer<A>] : [answer: MockAnswer<A>];

/** A call of a made-up action, as its handler would have seen it. */
export interface MockedCall<P = unknown> {
  readonly action: string;
  /** Validated, where the action has a schema. */
  readonly params: P;
  /** Of the whole chain of calls, copied. */
  readonly meta: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
  /** ms the caller gives it, 0 = no limit. */
  readonly timeout: number;
}

/** How calls are answered just now, and which there were. */
export class AnswerBook<A = string> {
  readonly calls: MockedCall<MockParams<A>>[] = [];
  private answer: ((ctx: Context) => unknown) | null = null;

  /** @param missing the error of a call while there is no answer */
  constructor(private readonly missing: () => Error) {}

  replyWith(answer: unknown): void {
    const handler = answer as (params: unknown, ctx: Context) => unknown;
    this.answer = typeof answer === 'function' ? (ctx) => handler(ctx.params, ctx) : () => answer;
  }

  /** What is thrown is what a handler's caller would get: an `HttpException` arrives as a `MoleculerError`. */
  failWith(thrown: unknown): void {
    const error = errorOf(thrown);
    this.answer = (ctx) => {
      ctx.broker.parts.failures.expect(error);
      throw error;
    };
  }

  take(call: MockedCall<MockParams<A>>, ctx: Context): unknown {
    this.calls.push(call);
    if (this.answer === null) throw this.missing();
    return this.answer(ctx);
  }

  clear(): void {
    this.calls.length = 0;
  }
}

export function callOf(action: string, ctx: Context): MockedCall<never> {
  return {
    action,
    params: ctx.params as never,
    meta: { ...ctx.ownMeta },
    headers: { ...ctx.ownHeaders },
    timeout: ctx.timeout ?? 0,
  };
}
