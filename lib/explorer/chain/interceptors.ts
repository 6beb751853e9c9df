import { AsyncResource } from 'node:async_hooks';
import type { CallHandler, NestInterceptor } from '@nestjs/common';
import { from, Observable, type ObservableInput, type Subscriber } from 'rxjs';
import { HandlerContext } from '../handler-context.js';
import type { Method } from '../handler-target.js';
import { emitTo, relay } from './emission.js';
import { type Invoke, isThenable } from './invoke.js';

/** What is the same for all calls of a handler. */
interface Layers {
  readonly interceptors: readonly NestInterceptor[];
  readonly inner: Invoke;
}

/**
 * Puts interceptors around a handler, the first one outermost. Answers with the Observable that the first one gives.
 *
 * One Observable for each `handle()`, where Nest needs about ten; what a subscriber can notice is the same: nothing runs before he
 * subscribes, the next interceptor is asked at once, the handler runs when he has gone on, and again for each further subscription.
 */
export function behindInterceptors(
  interceptors: readonly NestInterceptor[],
  type: Function,
  method: Method,
  inner: Invoke,
): Invoke {
  if (interceptors.length === 0) return inner;
  const layers = { interceptors, inner };
  const [first] = interceptors;
  return (args) => {
    const host = new HandlerContext(args, type, method);
    // The handler gets what guards have left: interceptors change params in place, not the list of arguments.
    const source: unknown = first.intercept(host, new Next(layers, 1, host, args.slice()));
    return isThenable(source) ? Promise.resolve(source).then(observableOf) : observableOf(source);
  };
}

const observableOf = (source: unknown): Observable<unknown> => from(source as ObservableInput<unknown>);

/** What an interceptor has before it: those after it, and the handler. */
class Next implements CallHandler {
  constructor(
    private readonly layers: Layers,
    private readonly index: number,
    private readonly host: HandlerContext,
    private readonly args: unknown[],
  ) {}

  /** What runs later does so where this was called: an `AsyncLocalStorage` that the interceptor has set reaches the handler. */
  handle(): Observable<unknown> {
    const scope = new AsyncResource('MoleculerInterceptor');
    return new Observable((subscriber) => {
      scope.runInAsyncScope(this.run, this, subscriber);
    });
  }

  private run(subscriber: Subscriber<unknown>): void {
    const { interceptors, inner } = this.layers;
    if (this.index < interceptors.length) void this.intercept(interceptors[this.index], subscriber);
    else void emitTo(subscriber, inner, this.args, false);
  }

  private async intercept(interceptor: NestInterceptor, subscriber: Subscriber<unknown>): Promise<void> {
    const { layers, index, host, args } = this;
    try {
      const source: unknown = await ask(() =>
        interceptor.intercept(host, new Next(layers, index + 1, host, args)),
      );
      if (!subscriber.closed) relay(observableOf(source), subscriber);
    } catch (error) {
      subscriber.error(error);
    }
  }
}

/** Makes a rejection of what is thrown at once, so that it too comes when the subscriber has gone on. */
async function ask(call: () => unknown): Promise<unknown> {
  return call();
}
