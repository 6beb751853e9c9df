import { ForbiddenException } from '@nestjs/common';
import type { CanActivate } from '@nestjs/common';
import { isObservable } from 'rxjs';
import { someLastOf } from '../../pipeline/last-value.js';
import { HandlerContext } from '../handler-context.js';
import type { Method } from '../handler-target.js';
import { type Invoke, isThenable } from './invoke.js';

/** Nest's own text; whoever matches on it shall find it. */
const REFUSED = 'Forbidden resource';

/** Lets a call in only if each guard in turn says yes. */
export function behindGuards(
  guards: readonly CanActivate[],
  type: Function,
  method: Method,
  inner: Invoke,
): Invoke {
  if (guards.length === 0) return inner;
  return (args) => {
    const host = new HandlerContext(args, type, method);
    for (let i = 0; i < guards.length; i++) {
      const answer: unknown = guards[i].canActivate(host);
      if (isThenable(answer) || isObservable(answer)) {
        return askOthers(guards, i, answer, host).then(() => inner(args));
      }
      if (!answer) throw new ForbiddenException(REFUSED);
    }
    return inner(args);
  };
}

/** From the first guard on that needs time. */
async function askOthers(
  guards: readonly CanActivate[],
  index: number,
  first: unknown,
  host: HandlerContext,
): Promise<void> {
  let answer = first;
  for (let i = index; ;) {
    if (!(await verdict(answer))) throw new ForbiddenException(REFUSED);
    if (++i === guards.length) return;
    answer = guards[i].canActivate(host);
  }
}

/** An Observable's last value; one without any is an error, so nobody slips in. */
async function verdict(answer: unknown): Promise<unknown> {
  const value = await answer;
  return isObservable(value) ? someLastOf(value) : value;
}
