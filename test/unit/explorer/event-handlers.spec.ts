import {
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
  ParseIntPipe,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { map, of, tap } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import type { EventFailure } from '../../../lib/broker/event-failures.js';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Event } from '../../../lib/decorators/event.decorator.js';
import { Payload } from '../../../lib/decorators/params.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';
import type { MoleculerModuleOptions } from '../../../lib/options/moleculer-module-options.interface.js';

let app: TestingModule | null = null;
let errors: string[] = [];
const silent = () => undefined;
const logger = { log: silent, warn: silent, error: (text: unknown) => void errors.push(String(text)) };
afterEach(() => app?.close());

async function start(providers: any[], options: MoleculerModuleOptions = {}) {
  const imports = [MoleculerModule.forRoot({ transporter: null, ...options })];
  app = await Test.createTestingModule({ imports, providers }).setLogger(logger).compile();
  errors = [];
  await app.init();
  const broker = app.get(ServiceBroker);
  const failures: EventFailure[] = [];
  broker.errors$.subscribe((failure) => failures.push(failure));
  return { broker, failures };
}

class Trouble extends Error {}
class Other extends Error {}

describe('event handlers', () => {
  it('have guards, interceptors and pipes as actions do', async () => {
    const order: string[] = [];
    @Injectable()
    class Signed {
      canActivate(host: ExecutionContext) {
        order.push('guard');
        return host.switchToRpc().getContext().meta.signed === true;
      }
    }
    const twice = {
      intercept: (_: unknown, next: any) => next.handle().pipe(tap((value) => order.push(`sees ${value}`))),
    };
    @Service('s')
    class S {
      @Event('tick') @UseGuards(Signed) @UseInterceptors(twice) tick(@Payload('n', ParseIntPipe) n: number) {
        order.push(`handler ${n + 1}`);
        return of(1, 2).pipe(map((value) => value + n));
      }
    }
    const { broker, failures } = await start([S]);
    await broker.emit('tick', { n: '4' }, { meta: { signed: true } });
    expect(order).toEqual(['guard', 'handler 5', 'sees 5', 'sees 6']);
    await broker.emit('tick', { n: '4' });
    expect(order).toHaveLength(5);
    expect(failures).toMatchObject([{ error: { code: 403 }, event: 'tick', service: 's' }]);
    await broker.emit('tick', { n: 'x' }, { meta: { signed: true } });
    expect(failures[1].error).toMatchObject({ code: 400 });
  });

  it('give an error to the filters, then to errorHandler, then to the log and errors$', async () => {
    const seen: string[] = [];
    @Catch(Trouble)
    class TroubleFilter implements ExceptionFilter {
      catch(error: Error) {
        seen.push(`filter ${error.message}`);
        if (error.message === 'filtered') return 'filtered';
        throw new Other(`from the filter: ${error.message}`);
      }
    }
    const errorHandler = (error: Error) => {
      seen.push(`errorHandler ${error.message}`);
      if (error.message.includes('handled')) return;
      throw error;
    };
    @Service('s')
    @UseFilters(TroubleFilter)
    class S {
      @Event('tick') tick(message: string) {
        throw new Trouble(message);
      }
    }
    const { broker, failures } = await start([S], { errorHandler });
    for (const message of ['filtered', 'handled', 'lost']) await broker.emit('tick', message);
    expect(seen).toEqual([
      'filter filtered',
      'filter handled',
      'errorHandler from the filter: handled',
      'filter lost',
      'errorHandler from the filter: lost',
    ]);
    expect(failures.map(({ error }) => error.message)).toEqual(['from the filter: lost']);
    expect(errors.filter((text) => text.includes('from the filter'))).toEqual([
      expect.stringContaining("A handler of event 'tick' in service 's' failed: from the filter: lost"),
    ]);
  });

  describe('of one service for the same event', () => {
    @Service('s')
    class S {
      @Event('tick') one() {
        throw new Error('one');
      }
      @Event('tick') two() {
        return new Promise(() => {
          throw new Error('two');
        });
      }
      @Event('tick') three() {
        return of('three').pipe(tap(() => heard.push('three')));
      }
    }
    let heard: string[] = [];

    it('fail each for itself: every error is logged and told; Observables run', async () => {
      heard = [];
      const { broker, failures } = await start([S]);
      await broker.emit('tick');
      expect(failures.map(({ error }) => error.message)).toEqual(['one', 'two']);
      expect(errors.filter((text) => text.includes("event 'tick'"))).toHaveLength(2);
      expect(heard).toEqual(['three']);
      await expect(broker.emit('tick', null, { throwError: true })).rejects.toThrow('one');
    });

    it('come to errorHandler one by one', async () => {
      const seen: string[] = [];
      const errorHandler = (error: Error) => {
        seen.push(error.message);
        if (error.message === 'two') throw error;
      };
      const { broker, failures } = await start([S], { errorHandler });
      await broker.emit('tick');
      expect(seen).toEqual(['one', 'two']);
      expect(failures.map(({ error }) => error.message)).toEqual(['two']);
    });
  });
});

describe('the log', () => {
  it('has an unexpected error of an action once, whatever is bound to it, and none that a filter answered', async () => {
    const pass = { intercept: (_: unknown, next: any) => next.handle() };
    const undecided = { catch: () => undefined };
    @Service('s')
    class S {
      @Action() @UseGuards({ canActivate: () => true }) guarded() {
        throw new Error('x');
      }
      @Action() @UseInterceptors(pass) intercepted() {
        throw new Error('x');
      }
      @Action() @UseFilters(undecided) undecided() {
        throw new Error('x');
      }
      @Action() @UseFilters({ catch: () => 'answer' }) answered() {
        throw new Error('x');
      }
      @Action() @UseGuards({ canActivate: () => false }) refused() {}
    }
    const { broker } = await start([S]);
    const lines: Record<string, number> = {};
    for (const action of ['guarded', 'intercepted', 'undecided', 'answered', 'refused']) {
      const before = errors.length;
      await broker.call(`s.${action}`).catch(() => undefined);
      lines[action] = errors.length - before;
    }
    expect(lines).toEqual({ guarded: 1, intercepted: 1, undecided: 1, answered: 0, refused: 0 });
  });
});
