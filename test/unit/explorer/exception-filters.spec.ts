import { Catch, ForbiddenException, UseFilters, UseGuards } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { throwError } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { Answer, Deny, Trouble } from './enhancers.fixture.js';
import { explore } from './support/explore.js';

class Mapped extends Error {}

describe('exception filters', () => {
  it('answer, map, or leave the error alone', async () => {
    @Catch(Trouble)
    class Map implements ExceptionFilter {
      catch(error: Error) {
        throw new Mapped(error.message);
      }
    }
    @Catch(Trouble)
    class Rpc implements ExceptionFilter {
      catch(error: Error) {
        return throwError(() => new Mapped(`rpc ${error.message}`));
      }
    }
    @Service('s')
    class S {
      @Action() @UseFilters(Answer) answered() {
        throw new Trouble('t');
      }
      @Action() @UseFilters(Map) async mapped() {
        throw new Trouble('t');
      }
      @Action() @UseFilters(Rpc) rpc() {
        throw new Trouble('t');
      }
      @Action() @UseFilters(Answer) other() {
        throw new Mapped('not its business');
      }
    }
    const { call } = await explore({ providers: [S] });
    expect(await call('s.answered')).toBe('answer to t');
    await expect(call('s.mapped')).rejects.toThrow(new Mapped('t'));
    await expect(call('s.rpc')).rejects.toThrow(new Mapped('rpc t'));
    await expect(call('s.other')).rejects.toThrow(new Mapped('not its business'));
  });

  it('that fail themselves leave the first error', async () => {
    @Catch()
    class ForHttp implements ExceptionFilter {
      catch(_: Error, host: ArgumentsHost) {
        host.switchToHttp().getResponse().status(500).json({});
      }
    }
    @Service('s')
    class S {
      @Action() go() {
        throw new Trouble('the cause');
      }
      @Action() @UseFilters({ catch: async () => Promise.reject(new Error('filter broke')) }) late() {
        throw new Trouble('the cause');
      }
    }
    const { call } = await explore({ providers: [S, { provide: APP_FILTER, useClass: ForHttp }] });
    await expect(call('s.go')).rejects.toThrow(new Trouble('the cause'));
    await expect(call('s.late')).rejects.toThrow(new Trouble('the cause'));
  });

  it('go method, class, app, and see refusals of guards too', async () => {
    const named = (name: string) => ({ catch: () => name });
    @Service('s')
    @UseFilters(named('class'))
    class S {
      @Action() @UseFilters(named('method')) both() {
        throw new Trouble('x');
      }
      @Action() @UseGuards(Deny) refused() {}
    }
    @Service('t')
    class T {
      @Action() go() {
        throw new Trouble('x');
      }
    }
    const { call } = await explore({ providers: [S, T, { provide: APP_FILTER, useValue: named('app') }] });
    expect([await call('s.both'), await call('s.refused'), await call('t.go')]).toEqual([
      'method',
      'class',
      'app',
    ]);
  });

  it('that do not match leave no line in the log: the broker or the caller has it', async () => {
    @Service('s')
    class S {
      @Action() @UseFilters(Answer) go() {
        throw new Mapped('x');
      }
      @Action() @UseGuards(Deny) refused() {}
    }
    const { call, app } = await explore({ providers: [S] });
    const log = { log: vi.fn(), error: vi.fn(), warn: vi.fn() };
    app.useLogger(log);
    await expect(call('s.go')).rejects.toThrow(Mapped);
    await expect(call('s.refused')).rejects.toThrow(ForbiddenException);
    app.useLogger(false);
    expect(log.error).not.toHaveBeenCalled();
  });
});
