import 'reflect-metadata';
import { type ExecutionContext, UseFilters, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { type CustomTransportStrategy, MessagePattern, Server } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { catchError, defer, lastValueFrom, map, type Observable, of, Subject, tap, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { context, explore } from '../support/explore.js';
import { handler } from './support/handler.js';
import { begin, note, Trouble } from './support/stage.js';

type Hook = (host: ExecutionContext, next: () => Observable<unknown>) => Observable<unknown>;

/** A transport of Nest's without a wire. */
class Local extends Server implements CustomTransportStrategy {
  listen(done: () => void) {
    done();
  }
  close() {}
  on() {}
  unwrap<T>(): T {
    throw new Error('nothing to unwrap');
  }
  run(data: unknown, ctx: unknown): Promise<unknown> {
    const answer = Promise.resolve(this.getHandlerByPattern('go')!(data, ctx));
    return answer.then((given) =>
      lastValueFrom(this.transformToObservable(given) as never, { defaultValue: null }),
    );
  }
}

const say =
  (name: string): Hook =>
  (host, next) => {
    const place = `${host.getType()} ${host.getHandler().name} ${JSON.stringify(host.getArgs()[0])}`;
    note(`${name} at ${place}`);
    return next().pipe(
      tap({
        next: (value) => note(`${name} sees ${JSON.stringify(value)}`),
        error: (error) => note(`${name} sees ${error.message}`),
        complete: () => note(`${name} sees the end`),
        finalize: () => note(`${name} is left`),
      }),
    );
  };

const HOOKS: Record<string, Hook[]> = {
  'one that passes on': [say('one')],
  two: [say('one'), say('two')],
  'one that changes the answer': [(_, next) => next().pipe(map((value) => [value]))],
  'one that answers itself': [say('one'), () => of('own', 'answer')],
  'one that throws': [
    say('one'),
    () => {
      throw new Trouble('hook');
    },
  ],
  'one whose Observable fails': [say('one'), () => throwError(() => new Trouble('hook'))],
  'one that catches': [(_, next) => next().pipe(catchError((error) => of(`caught ${error.message}`)))],
  'one that runs it later': [(_, next) => defer(() => next())],
};

const ANSWERS: Record<string, () => unknown> = {
  value: () => 'value',
  promise: async () => 'promised',
  Observable: () => of(1, 2),
  throws: () => {
    throw new Trouble('handler');
  },
};

const there = 'registerPreRequestHook' in ApplicationConfig.prototype;

/** Its own transports are the only place where Nest runs pre-request hooks: they are the oracle here. */
describe.runIf(there)('pre-request hooks as with Nest’s transports', () => {
  const cases = Object.keys(HOOKS).flatMap((hooks) =>
    Object.keys(ANSWERS).map((answer) => ({ hooks, answer })),
  );

  it.each(cases)('$hooks, $answer', async ({ hooks, answer }) => {
    const guard = { canActivate: () => (note('guard'), true) };
    const interceptor = { intercept: (_: unknown, next: any) => (note('interceptor'), next.handle()) };
    const rethrow = { catch: (error: unknown) => throwError(() => error) };
    const bound = [UseGuards(guard), UseFilters(rethrow)];
    for (const use of [bound, [UseInterceptors(interceptor), ...bound]]) {
      const type = handler({
        use: [MessagePattern('go'), ...use],
        go: () => (note('handler'), ANSWERS[answer]()),
      });
      const nest = await run(await nestRun(type, HOOKS[hooks]));
      const ours = await run(await ourRun(type, HOOKS[hooks]));
      expect(ours).toStrictEqual(nest);
    }
  });

  it('but for one that subscribes itself: what need not wait does not', async () => {
    const eager: Hook = (_, next) => {
      const answers = new Subject<unknown>();
      next().subscribe(answers);
      note('goes on');
      return answers;
    };
    const guard = { canActivate: () => (note('guard'), true) };
    const type = handler({
      use: [MessagePattern('go'), UseGuards(guard)],
      go: () => (note('handler'), 'value'),
    });
    const [nest, ours] = [await run(await nestRun(type, [eager])), await run(await ourRun(type, [eager]))];
    expect(nest).toEqual({ value: 'value', effects: ['guard', 'goes on', 'handler'] });
    expect(ours).toEqual({ value: 'value', effects: ['guard', 'handler', 'goes on'] });
  });
});

async function run(call: () => Promise<unknown>): Promise<object> {
  const effects = begin({});
  try {
    return { value: await call(), effects };
  } catch (error) {
    return { error, effects };
  }
}

async function nestRun(type: any, hooks: Hook[]): Promise<() => Promise<unknown>> {
  const strategy = new Local();
  const testing = await Test.createTestingModule({ providers: [], controllers: [type] }).compile();
  const app = testing.createNestMicroservice({ strategy, logger: false });
  (app as any).registerPreRequestHook(...hooks);
  await app.listen();
  return () => strategy.run({ n: 1 }, context({ n: 1 }));
}

async function ourRun(type: any, hooks: Hook[]): Promise<() => Promise<unknown>> {
  const prepare = (app: any) => app.get(ApplicationConfig).registerPreRequestHook(...hooks);
  const { call } = await explore({ controllers: [type] }, { prepare });
  return () => call(`${type.name}.go`, { n: 1 });
}
