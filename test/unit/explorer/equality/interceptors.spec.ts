import { AsyncLocalStorage } from 'node:async_hooks';
import { type CallHandler, type ExecutionContext, UseInterceptors, UsePipes } from '@nestjs/common';
import {
  catchError,
  concat,
  defer,
  delay,
  finalize,
  interval,
  lastValueFrom,
  map,
  merge,
  Observable,
  of,
  race,
  ReplaySubject,
  retry,
  startWith,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
  toArray,
} from 'rxjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { both, type Both } from './support/both.js';
import { handler } from './support/handler.js';
import { note, Trouble } from './support/stage.js';

type Intercept = (next: CallHandler, host: ExecutionContext) => unknown;

const interceptor = (intercept: Intercept) =>
  UseInterceptors({
    intercept: (host: ExecutionContext, next: CallHandler) => intercept(next, host),
  } as never);

const store = new AsyncLocalStorage<string>();
let attempts = 0;

/** Alone, then with another one inside and one outside; each with handlers that answer in different ways. */
const INTERCEPTORS: Record<string, Intercept> = {
  'a value beside that of the handler': (next) => merge(next.handle(), of('beside')),
  'a value at once before the handler’s': (next) => next.handle().pipe(startWith('before')),
  'a race with a value': (next) => race(next.handle(), of('first')),
  'a race with time': (next) => race(next.handle(), timer(50).pipe(map(() => 'late'))),
  'one after the other': (next) => concat(next.handle(), next.handle()),
  'all values': (next) => next.handle().pipe(toArray()),
  'the first value only': (next) => next.handle().pipe(take(1)),
  'nobody waits': (next) => next.handle().pipe(takeUntil(of(1)), startWith('left')),
  'left in the same turn': (next) => next.handle().pipe(takeUntil(Promise.resolve()), startWith('left')),
  'left while the handler is at it': (next) => next.handle().pipe(takeUntil(turns(15)), startWith('left')),
  'another Observable': (next) => next.handle().pipe(switchMap((value) => of([value], 'last'))),
  'with time': (next) => next.handle().pipe(delay(1)),
  'again after an error': (next) => next.handle().pipe(retry(2)),
  'an error caught': (next) => next.handle().pipe(catchError((error) => of(`caught ${error.message}`))),
  'never asked': () => of('own'),
  'asked and not subscribed': (next) => {
    next.handle();
    return of('own');
  },
  'subscribed by itself': (next) => {
    const answers = new ReplaySubject<unknown>();
    next.handle().subscribe(answers);
    note('goes on');
    return answers;
  },
  'subscribed before it answers': async (next) => {
    const value = await lastValueFrom(next.handle(), { defaultValue: 'none' });
    note(`awaited ${String(value)}`);
    return of(value);
  },
  'left by the subscriber himself': (next) =>
    new Observable((subscriber) => {
      const own = next.handle().subscribe({
        next: (value) => {
          own.unsubscribe();
          subscriber.next(value);
          subscriber.complete();
        },
        error: (error) => subscriber.error(error),
      });
    }),
  'a promise of a promise': (next) => Promise.resolve(Promise.resolve(next.handle())),
  'a promise of a value': async () => 5,
  'a value': () => 5,
  'a text, of which each letter is a value': () => 'text',
  'an iterable': () => new Set([1, 2]),
  'a promise in an Observable': () => of(Promise.resolve(1)),
  'throws at once': () => {
    throw new Trouble('interceptor');
  },
  'throws on the way back': (next) =>
    next.handle().pipe(
      tap(() => {
        throw new Trouble('way back');
      }),
    ),
  'a store around the handler': (next) => store.run('inside', () => next.handle()),
  'a store around the subscription': (next) =>
    new Observable((subscriber) => store.run('inside', () => next.handle().subscribe(subscriber))),
  'a store that it enters': (next) => {
    store.enterWith('entered');
    return next.handle();
  },
  'a store in a promise': async (next) => store.run('inside', async () => next.handle()),
  'changes params in place': (next, host) => {
    host.switchToRpc().getData().n = 'changed';
    return next.handle();
  },
};

/** So many turns of promises. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}

const HANDLERS: Record<string, () => unknown> = {
  value: () => 'value',
  promise: async () => 'promised',
  'async with a store': async () => {
    const before = store.getStore();
    await Promise.resolve();
    return [before, store.getStore()];
  },
  Observable: () => of(1, 2, 3).pipe(finalize(() => note('handler is left'))),
  'promise of an Observable, which takes a while': async () => {
    await turns(30);
    return defer(() => of(note('the Observable is run')));
  },
  'Observable with time': () => interval(1).pipe(take(2)),
  throws: () => {
    throw new Trouble('handler');
  },
  'throws at first': () => {
    if (attempts++ % 2 === 0) throw new Trouble('first attempt');
    return `attempt ${attempts}`;
  },
};

const watching = (place: string) =>
  interceptor((next) => {
    note(`${place} is asked`);
    return next.handle().pipe(
      tap({
        subscribe: () => note(`${place} subscribed`),
        next: (value) => note(`${place} sees ${JSON.stringify(value)}`),
        error: (error) => note(`${place} sees ${error.message}`),
        complete: () => note(`${place} sees the end`),
        unsubscribe: () => note(`${place} is unsubscribed`),
        finalize: () => note(`${place} is left`),
      }),
    );
  });

describe('interceptors as with Nest', () => {
  const cases = Object.keys(INTERCEPTORS).flatMap((way) =>
    Object.keys(HANDLERS).map((answer) => ({ way, answer })),
  );
  const pipe = UsePipes({ transform: (value: unknown) => (note(`pipe, store ${store.getStore()}`), value) });
  const made = new Map(
    cases.map(({ way, answer }) => {
      const tested = interceptor(INTERCEPTORS[way]);
      const go = (params: unknown) => {
        note(`handler ${JSON.stringify(params)}, store ${store.getStore()}`);
        return HANDLERS[answer]();
      };
      const alone = handler({ use: [tested, pipe], go });
      const outside = handler({ use: [tested, watching('inner'), pipe], go });
      const inside = handler({ use: [watching('outer'), tested, watching('inner')], go });
      return [`${way} ${answer}`, [alone, outside, inside]] as const;
    }),
  );
  let app: Both;
  beforeAll(async () => {
    app = await both({ providers: [...made.values()].flat() });
  });

  it.each(Object.keys(INTERCEPTORS))('%s', async (way) => {
    for (const answer of Object.keys(HANDLERS)) {
      for (const type of made.get(`${way} ${answer}`)!) {
        attempts = 0;
        const nest = await store.run('outside', () => app.nest(type, 'go', { n: 1 }));
        attempts = 0;
        const ours = await store.run('outside', () => app.ours(type, 'go', { n: 1 }));
        expect({ way, answer, ...ours }).toStrictEqual({ way, answer, ...nest });
      }
    }
  });
});
