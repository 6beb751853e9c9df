import { type ArgumentsHost, ForbiddenException } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import type { Context } from '../context/context.js';
import { microservices } from './load-microservices.js';

const { BaseRpcExceptionFilter, RpcException } = microservices;

/** Marks the filter method as ours; of each copy of this library, as each knows its own contexts. */
const KEEPS = Symbol('nestjs-moleculer: keeps errors');

const ours = new WeakSet<Context>();

/** From here on errors of this call or event stay what they are. */
export function keepErrorsOf(ctx: Context): void {
  ours.add(ctx);
}

/**
 * Nest's last filter puts `{ status, message: 'Internal server error' }` in the place of every error that no filter of the
 * application took, and a transport has no say in it: it gets that object. So the filter is taught to leave errors alone where the
 * handler was called by us; for every other transport it does what it did.
 */
export function keepErrors(): void {
  const { prototype } = BaseRpcExceptionFilter;

  const original = prototype.catch;
  if (KEEPS in original) return;
  function keep(
    this: InstanceType<typeof BaseRpcExceptionFilter>,
    exception: unknown,
    host: ArgumentsHost,
  ): Observable<unknown> {
    if (!ours.has(host.getArgByIndex<Context>(1))) {
      return original.call(this, exception as never, host) as Observable<unknown>;
    }
    return throwError(() => (isRefusal(exception) ? new ForbiddenException(exception.message) : exception));
  }
  prototype.catch = Object.assign(keep, { [KEEPS]: true }) as typeof original;
}

/** What Nest throws where a guard says no: an exception without a code, known by its text alone. */
const isRefusal = (exception: unknown): exception is Error =>
  exception instanceof RpcException && exception.getError() === 'Forbidden resource';
