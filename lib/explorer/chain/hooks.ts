import { Observable } from 'rxjs';
import type { PreRequestHook } from '../global-enhancers.js';
import { HandlerContext } from '../handler-context.js';
import type { Method } from '../handler-target.js';
import { emitTo } from './emission.js';
import type { Invoke } from './invoke.js';

/** As Nest 12 does for its own transports: hooks see the handler, guards included, as an Observable. */
export function behindHooks(
  hooks: readonly PreRequestHook[],
  type: Function,
  method: Method,
  inner: Invoke,
): Invoke {
  if (hooks.length === 0) return inner;
  return (args) => {
    const host = new HandlerContext(args, type, method);
    const handler = new Observable((subscriber) => {
      void emitTo(subscriber, inner, args, true);
    });
    let index = 0;
    const next = (): Observable<unknown> => (index < hooks.length ? hooks[index++](host, next) : handler);
    return next();
  };
}
