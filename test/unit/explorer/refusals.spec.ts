import { Body, Controller, Get, Injectable, Module, Param, Query, Scope } from '@nestjs/common';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Ctx } from '../../../lib/decorators/context.decorators.js';
import { EventStream } from '../../../lib/decorators/event-stream.decorator.js';
import { Event } from '../../../lib/decorators/event.decorator.js';
import { Params } from '../../../lib/decorators/params.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { ServiceSchemaError } from '../../../lib/errors/service.error.js';
import { explore } from './support/explore.js';

const refused = async (...types: any[]) => {
  const error = await explore({ providers: types }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ServiceSchemaError);
  return (error as Error).message;
};

describe('what cannot work is an error at start that names class and method', () => {
  it('a doubled action', async () => {
    @Service('s')
    class A {
      @Action() go() {}
    }
    @Service('s')
    class B {
      @Action({ name: 'go' }) run() {}
    }
    expect(await refused(A, B)).toMatch(/'s\.go'.*A\.go.*B\.run/);
  });

  it('a class provided by two modules', async () => {
    @Service('s')
    class A {
      @Action() go() {}
    }
    @Module({ providers: [A] })
    class Other {}
    await expect(explore({ imports: [Other], providers: [A] })).rejects.toThrow(/twice by A\.go.*one module/);
  });

  it('contradicting settings and metadata', async () => {
    @Service({ name: 's', settings: { a: [1] } })
    class A {}
    @Service({ name: 's', settings: { a: [2] } })
    class B {}
    expect(await refused(A, B)).toMatch(/A and B.*settings\.a/);
    @Service({ name: 's', metadata: { a: 1 } })
    class C {}
    @Service({ name: 's', metadata: { a: 2 } })
    class D {}
    expect(await refused(C, D)).toMatch(/C and D.*metadata\.a/);
  });

  it('two versions under one full name', async () => {
    @Service({ name: 's', version: 1, settings: { $noVersionPrefix: true } })
    class A {}
    @Service({ name: 's' })
    class B {}
    expect(await refused(A, B)).toMatch(/'s'.*A.*B/);
  });

  it('listeners of one event with different options in one service', async () => {
    @Service('s')
    class A {
      @Event('e', { group: 'one' }) one() {}
      @Event('e', { group: 'two' }) two() {}
    }
    expect(await refused(A)).toMatch(/A\.one and A\.two.*'e'/);
  });

  it('a mixture of decorated and undecorated arguments', async () => {
    class A {
      @Action() first(@Params() p: object, ctx: unknown) {
        return [p, ctx];
      }
    }
    class B {
      @Action() second(p: object, @Ctx() ctx?: unknown) {
        return [p, ctx];
      }
    }
    class C {
      @Action() optional(@Params() p: object, more = 1) {
        return [p, more];
      }
    }
    expect(await refused(A)).toMatch(/A\.first: argument 2/);
    expect(await refused(B)).toMatch(/B\.second: argument 1/);
    expect(await refused(C)).toMatch(/C\.optional: argument 2/);
  });

  it("HTTP's parameter decorators", async () => {
    @Injectable()
    class A {
      @Action() byParam(@Param('id') id: string) {
        return id;
      }
    }
    @Injectable()
    class B {
      @Action() byQuery(@Params() p: object, @Query() q: object) {
        return [p, q];
      }
    }
    expect(await refused(A)).toMatch(/A\.byParam: argument 1.*@Params/);
    expect(await refused(B)).toMatch(/B\.byQuery: argument 2/);
  });

  it('two decorators on one argument', async () => {
    class A {
      @Action() go(@Params() @Ctx() p: object) {
        return p;
      }
    }
    expect(await refused(A)).toMatch(/A\.go: argument 1.*two/);
  });

  it('an unknown broker, also the default one', async () => {
    @Service({ broker: 'nowhere' })
    class A {
      @Action() go() {}
    }
    await expect(explore({ providers: [A] }, { others: ['two'] })).rejects.toThrow(
      /A: there is no broker 'nowhere'.*the default one, 'two'/,
    );
    class B {
      @Action() go() {}
    }
    await expect(explore({ providers: [B] }, { broker: 'two' })).rejects.toThrow(
      /B belongs to the default broker/,
    );
  });

  it.each([
    [{ timeout: '5s' }, /timeout.*'5s'.*milliseconds/],
    [{ visibility: 'secret' }, /visibility.*'secret'.*'published', 'public', 'protected', 'private'/],
    [{ name: '' }, /name.*''/],
    [{ cache: 5 }, /cache.*5/],
    [{ params: 'string' }, /params.*'string'/],
    [{ strategy: 5 }, /strategy/],
    [{ strategy: 'Shard' }, /strategy.*'Shard' is not built yet/],
    [{ strategy: 'Rndom' }, /strategy.*"Rndom".*did you mean 'Random'/],
    [{ returns: 'string' }, /returns.*'string'/],
    [{ validateReturns: 'warn' }, /validateReturns.*'warn'.*'throw', 'log', 'off'/],
    [{ fallback: () => 1 }, /fallback.*not built/],
    [{ retryPolicy: { enabled: true } }, /retryPolicy.*not built/],
    [{ circuitBreaker: { enabled: true } }, /circuitBreaker.*not built/],
    [{ bulkhead: { enabled: true } }, /bulkhead.*not built/],
  ])('action options %o', async (options, text) => {
    class A {
      @Action(options as object) go() {}
    }
    const message = await refused(A);
    expect(message).toMatch(/^A\.go/);
    expect(message).toMatch(text);
  });

  it.each([
    [{ group: 5 }, /group/],
    [{ debounce: 100 }, /debounce.*not built/],
    [{ throttle: 100 }, /throttle.*not built/],
    [{ strategy: 'CpuUsage' }, /strategy.*'CpuUsage' is not built yet/],
  ])('event options %o', async (options, text) => {
    class A {
      @Event('e', options as object) on() {}
    }
    const message = await refused(A);
    expect(message).toMatch(/^A\.on/);
    expect(message).toMatch(text);
  });

  it.each([
    [{ settings: 1 }],
    [{ version: true }],
    [{ dependencies: [5] }],
    [{ name: 5 }],
    [{ metadata: [] }],
  ])('service options %o', async (options) => {
    @Service(options as object)
    class A {}
    expect(await refused(A)).toMatch(new RegExp(`^A: '${Object.keys(options)[0]}'`));
  });

  it('but not what is switched off', async () => {
    @Service('s')
    class A {
      @Action({ retryPolicy: { enabled: false }, bulkhead: { concurrency: 3 }, cache: true }) go() {}
      @Event('e', { debounce: 0 }) on() {}
    }
    const { service } = await explore({ providers: [A] });
    expect(service.actions).toHaveLength(1);
  });

  it('a transient host, and an event stream on what is no singleton', async () => {
    @Service({ name: 's', scope: Scope.TRANSIENT })
    class A {
      @Action() go() {}
    }
    expect(await refused(A)).toMatch(/A\.go.*transient/);

    @Service({ name: 's', scope: Scope.REQUEST })
    class B {
      @EventStream('e') readonly all$!: unknown;
    }
    const { explorer } = await explore({ providers: [B] });
    expect(() => explorer.assignStreams({ events: () => of() as never })).toThrow(/B\.all\$.*singleton/);
  });

  it('a scope of @Service that @Injectable above it erased', async () => {
    @Injectable()
    @Service({ name: 's', scope: Scope.REQUEST })
    class A {
      @Action() go() {}
    }
    expect(await refused(A)).toMatch(/A was erased by the @Injectable/);
  });
});

it("HTTP's @Body is the params, so that one method may serve both", async () => {
  @Controller('c')
  class C {
    @Get() @Action() both(@Body() body: { a: number }) {
      return body.a;
    }
  }
  const { call } = await explore({ controllers: [C] });
  expect(await call('c.both', { a: 7 })).toBe(7);
});
