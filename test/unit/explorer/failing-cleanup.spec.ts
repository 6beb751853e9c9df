import { UseGuards, UseInterceptors, type CallHandler, type ExecutionContext } from '@nestjs/common';
import { catchError, finalize, mergeMap, NEVER, type Observable, of, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { explore } from './support/explore.js';

// What is thrown where nobody catches it fails the run of these tests.

const fails = (text: string) => () => {
  throw new Error(text);
};
const untidy = (source: Observable<unknown>, text: string) => source.pipe(finalize(fails(text)));
const textsOf = (error: unknown): string[] =>
  error instanceof AggregateError ? error.errors.flatMap(textsOf) : [(error as Error).message];

const pass = { intercept: (_: ExecutionContext, next: CallHandler) => next.handle() };
const careless = {
  intercept: (_: ExecutionContext, next: CallHandler) => untidy(next.handle(), 'interceptor'),
};
const forgiving = {
  intercept: (_: ExecutionContext, next: CallHandler) =>
    next.handle().pipe(catchError((error: unknown) => of(textsOf(error)))),
};
const guard = (source: Observable<boolean>) => ({
  canActivate: () => untidy(source, 'guard') as Observable<boolean>,
});

@Service('s')
class Handlers {
  @Action() @UseInterceptors(pass, pass) later() {
    return untidy(timer(1), 'handler');
  }
  @Action() @UseInterceptors(pass, careless, pass) both() {
    return untidy(timer(1), 'handler');
  }
  @Action() @UseInterceptors(pass, pass) failing() {
    return untidy(timer(1).pipe(mergeMap(() => throwError(() => new Error('first')))), 'handler');
  }
  @Action() @UseInterceptors(pass, careless, pass) endless() {
    return untidy(NEVER, 'handler');
  }
  @Action() @UseInterceptors(forgiving, pass) forgiven() {
    return untidy(timer(1), 'handler');
  }
  @Action() @UseGuards(guard(of(true))) guarded() {
    return 1;
  }
  @Action() @UseGuards(guard(timer(1) as Observable<never>)) guardedLater() {
    return 1;
  }
}

const setup = () => explore({ providers: [Handlers] });
const outcome = (promise: Promise<unknown>) => promise.then(() => ['answered'], textsOf);

describe('what fails to clean up', () => {
  it.each([
    ['later', ['handler']],
    ['both', ['handler', 'interceptor']],
    ['failing', ['first', 'handler']],
    ['guarded', ['guard']],
    ['guardedLater', ['guard']],
  ])('is an error of the call: %s', async (action, texts) => {
    const { call } = await setup();
    const seen = await outcome(call(`s.${action}`));
    expect(seen.sort()).toEqual(texts);
  });

  it('is one for interceptors, too', async () => {
    const { call } = await setup();
    expect(await call('s.forgiven')).toEqual(['handler']);
  });

  it('is one for whoever waits for the rest of a call that was given up', async () => {
    const { call } = await setup();
    let abort = () => undefined as void;
    const left = outcome(call('s.endless', {}, (ctx) => (abort = () => ctx.abort(new Error('enough')))));
    await new Promise((resolve) => setTimeout(resolve, 5));
    abort();
    expect((await left).sort()).toEqual(['handler', 'interceptor']);
  });
});
