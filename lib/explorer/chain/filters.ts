import 'reflect-metadata';
import type { ExceptionFilter } from '@nestjs/common';
import { CAUGHT } from '../../decorators/metadata.keys.js';
import type { FilterChain } from '../behind-filters.js';
import { errorAfterFilter } from '../filter-failure.js';
import { HandlerContext } from '../handler-context.js';
import type { NestManners } from '../nest-manners.js';
import { isThenable } from './invoke.js';

type ErrorType = abstract new (...args: never[]) => unknown;

/**
 * The filters of a handler as one function; null: there are none. The first that catches errors of this kind gets it.
 *
 * @param filters in the order of Nest's lists: app, class, method; the last is tried first
 */
export function compileFilters(
  filters: readonly ExceptionFilter[],
  origin: string,
  { falsyAnswers }: NestManners,
): FilterChain | null {
  if (filters.length === 0) return null;
  const tried = filters.map((filter) => ({ filter, types: caughtBy(filter) })).reverse();
  return (ctx, params, error) => {
    const match = tried.find(
      ({ types }) => types.length === 0 || types.some((type) => error instanceof type),
    );
    if (match === undefined) throw error;
    let answer: unknown;
    try {
      answer = match.filter.catch(error, new HandlerContext([params, ctx], null, null));
    } catch (thrown) {
      throw errorAfterFilter(origin, error, thrown);
    }
    if (isThenable(answer)) return awaited(answer, origin, error);
    // "Not handled".
    if (falsyAnswers ? answer === undefined : !answer) throw error;
    // The way of Nest's own RPC filters, `throwError(() => …)`: whoever runs handlers unwraps Observables.
    return answer;
  };
}

async function awaited(answer: PromiseLike<unknown>, origin: string, error: unknown): Promise<unknown> {
  try {
    return await answer;
  } catch (thrown) {
    throw errorAfterFilter(origin, error, thrown);
  }
}

/** An empty list: all. */
function caughtBy(filter: object): readonly ErrorType[] {
  const prototype = Object.getPrototypeOf(filter) as object;
  return (Reflect.getMetadata(CAUGHT, prototype) ??
    Reflect.getMetadata(CAUGHT, filter.constructor) ??
    []) as ErrorType[];
}
