import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from './context.js';

/** One for all brokers, for `currentContext()` names none. What it holds belongs to a run of a handler, never to the process. */
const storage = new AsyncLocalStorage<Context | undefined>();

/**
 * The context of the handler that is running, wherever one is in its code: in services it calls, after awaits, in timers and streams it
 * started. Of several that call each other the innermost.
 *
 * @returns undefined outside of handlers, and in those of a broker without the option `ambientContext`
 * @publicApi
 */
export const currentContext = (): Context | undefined => storage.getStore();

/** Runs a handler so that its context is the current one. @internal */
export const runInContext = (ctx: Context, handler: (ctx: Context) => unknown): unknown =>
  storage.run(ctx, handler, ctx);

/** Runs what belongs to no handler, whoever's code it is that happened to set it off. @internal */
export const runOutside = <T>(work: () => T): T => storage.run(undefined, work);
