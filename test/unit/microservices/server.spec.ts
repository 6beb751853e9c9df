import {
  BadRequestException,
  type CanActivate,
  Catch,
  Controller,
  type ExecutionContext,
  Injectable,
  type Type,
  UseFilters,
  UseGuards,
  ValidationPipe,
} from '@nestjs/common';
import {
  BaseRpcExceptionFilter,
  Ctx,
  EventPattern,
  MessagePattern,
  NestMicroservice,
  Payload,
  RpcException,
  Transport,
} from '@nestjs/microservices';
import { IsInt } from 'class-validator';
import { from, interval, map, NEVER, type Observable, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Context } from '../../../lib/context/context.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { MoleculerClientError, MoleculerError } from '../../../lib/errors/moleculer.error.js';
import { RequestTimeoutError } from '../../../lib/errors/request.error.js';
import { ServiceNotFoundError, ServiceSchemaError } from '../../../lib/errors/service.error.js';
import { ValidationError } from '../../../lib/errors/validation.error.js';
import { MOLECULER_TRANSPORT } from '../../../lib/microservices/moleculer.server.js';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import { recordLogs } from '../logs.fixture.js';
import { hybrid, standalone } from './apps.fixture.js';

/** An application of Nest 12. */
interface Hookable {
  registerPreRequestHook(
    hook: (context: ExecutionContext, next: () => Observable<unknown>) => Observable<unknown>,
  ): void;
}

/** The types of `EventPattern` want each handler to take data, of type `{}`. */
const OnEvent = EventPattern as (pattern: unknown, extras?: object) => MethodDecorator;

const logs = recordLogs();

const failure = (broker: ServiceBroker, action: string, params?: unknown, opts?: object): Promise<any> =>
  broker.call<unknown>(action, params, opts).then(
    (value) => expect.unreachable(`answered ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );

const actionNames = (broker: ServiceBroker) =>
  broker.registry
    .actions({ onlyLocal: true, skipInternal: true })
    .map(({ name }) => name)
    .sort();

describe('patterns', () => {
  @Controller()
  class Many {
    @MessagePattern('users.get') get(): string {
      return 'get';
    }
    @MessagePattern('v2.users.get') newer(): string {
      return 'newer';
    }
    @MessagePattern('ping') ping(): string {
      return 'pong';
    }
    @MessagePattern(7) seven(): string {
      return 'seven';
    }
    @MessagePattern({ role: 'math', cmd: 'sum' }) sum(): string {
      return 'sum';
    }
    @MessagePattern('only.here', MOLECULER_TRANSPORT) here(): string {
      return 'here';
    }
    @MessagePattern('only.elsewhere', Transport.NATS) elsewhere(): string {
      return 'elsewhere';
    }
  }

  it('are the names of actions; objects as Nest writes them, whatever the order of keys', async () => {
    const { broker } = await hybrid([Many]);
    expect(actionNames(broker)).toEqual(
      ['7', 'only.here', 'ping', 'users.get', 'v2.users.get', '{"cmd":"sum","role":"math"}'].sort(),
    );
    for (const [name, answer] of [
      ['users.get', 'get'],
      ['ping', 'pong'],
      ['7', 'seven'],
      ['{"cmd":"sum","role":"math"}', 'sum'],
    ]) {
      expect(await broker.call<unknown>(name)).toBe(answer);
    }
  });

  it('belong to a service: what is before the last dot, else the whole', async () => {
    const { broker } = await hybrid([Many]);
    const services = broker.registry.services({ onlyLocal: true, skipInternal: true });
    expect(services.map(({ fullName }) => fullName).sort()).toEqual(
      ['7', 'only', 'ping', 'users', 'v2.users', '{"cmd":"sum","role":"math"}'].sort(),
    );
    await broker.waitForServices(['users', 'v2.users', 'ping'], 1);
  });

  it('may bring options of the action', async () => {
    @Controller()
    class Optioned {
      @MessagePattern('o.slow', { timeout: 20 }) slow(): Promise<never> {
        return new Promise(() => undefined);
      }
      @MessagePattern('o.checked', { params: { n: 'number' } }) checked(@Payload('n') n: number): number {
        return n;
      }
      @MessagePattern('o.hidden', { visibility: 'private', timeuot: 1 }) hidden(): void {}
    }
    const { broker } = await hybrid([Optioned]);
    expect(logs.texts('warn')).toEqual([expect.stringMatching(/o\.hidden.*timeuot.*timeout/)]);
    expect(await failure(broker, 'o.slow')).toBeInstanceOf(RequestTimeoutError);
    expect(await broker.call<unknown>('o.checked', { n: 1 })).toBe(1);
    expect(await failure(broker, 'o.checked', { n: 'x' })).toBeInstanceOf(ValidationError);
    expect(await failure(broker, 'o.hidden')).toBeInstanceOf(ServiceNotFoundError);
  });

  const refused = async (type: Type, server?: { group?: string }): Promise<any> =>
    hybrid([type], { server }).then(
      () => expect.unreachable('started'),
      (error: unknown) => error,
    );

  it('that cannot be actions are a start error', async () => {
    @Controller()
    class Wild {
      @MessagePattern('users.*') all(): void {}
    }
    @Controller()
    class Twice {
      @MessagePattern('a.b') one(): void {}
      @MessagePattern('a.b') two(): void {}
    }
    @Controller()
    class Empty {
      @MessagePattern('') nothing(): void {}
    }
    @Controller()
    class Wrong {
      @MessagePattern('a.b', { timeout: 'soon' }) soon(): void {}
    }
    for (const [type, text] of [
      [Wild, /users\.\*.*one action/],
      [Twice, /'a\.b' is defined twice/],
      [Empty, /must not be empty/],
      [Wrong, /timeout/],
    ] as const) {
      const error = await refused(type);
      expect(error).toBeInstanceOf(ServiceSchemaError);
      expect(error.message).toMatch(text);
    }
  });

  it('of an event alone need a group', async () => {
    @Controller()
    class Events {
      @OnEvent('user.created') created(): void {}
    }
    @Controller()
    class Blank {
      @OnEvent('user.created', { group: ' ' }) created(): void {}
    }
    expect((await refused(Events)).message).toMatch(/user\.created.*\{ group: 'mail' \}/);
    expect((await refused(Blank, { group: 'mail' })).message).toMatch(/must be a text/);
  });

  it('and a class with @Service may not share a service', async () => {
    @Service('users')
    class Users {
      @Action() list(): void {}
    }
    const error = await hybrid([Many], { providers: [Users] }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ServiceSchemaError);
    expect((error as Error).message).toMatch(/Service 'users' exists/);
  });
});

describe('handlers', () => {
  it('get params and our context', async () => {
    let seen: unknown[] = [];
    @Controller()
    class Told {
      @MessagePattern('told.all') all(@Payload() data: unknown, @Ctx() ctx: Context): string {
        seen = [data, ctx instanceof Context, ctx.meta, ctx.requestID];
        ctx.meta['answered'] = true;
        return ctx.action!.name;
      }
      @MessagePattern('told.chain') chain(@Ctx() ctx: Context): Promise<unknown> {
        return ctx.call<unknown>('told.all', { from: ctx.level });
      }
    }
    const { broker } = await hybrid([Told]);
    const opts = { meta: { user: 'Ada' }, requestID: 'r-1' };
    expect(await broker.call<unknown>('told.all', { a: 1 }, opts)).toBe('told.all');
    expect(seen).toEqual([{ a: 1 }, true, { user: 'Ada', answered: true }, 'r-1']);
    await broker.call<unknown>('told.chain', {}, { meta: { user: 'Ada' }, requestID: 'r-2' });
    expect(seen).toEqual([{ from: 1 }, true, { user: 'Ada', answered: true }, 'r-2']);
  });

  @Controller()
  class Observed {
    @MessagePattern('o.one') one(): unknown {
      return of(1);
    }
    @MessagePattern('o.none') none(): unknown {
      return from([]);
    }
    @MessagePattern('o.three') three(): unknown {
      return from([1, 2, 3]);
    }
    @MessagePattern('o.promised') async promised(): Promise<unknown> {
      return from(['a', 'b']);
    }
    @MessagePattern('o.endless') endless(): unknown {
      return NEVER;
    }
    @MessagePattern('o.ticking') ticking(): unknown {
      return interval(1);
    }
  }

  it('may answer with an Observable of one value; of several it is refused', async () => {
    const { broker } = await hybrid([Observed]);
    expect(await broker.call<unknown>('o.one')).toBe(1);
    expect(await broker.call<unknown>('o.none')).toBeNull();
    for (const name of ['o.three', 'o.promised', 'o.ticking']) {
      const error = await failure(broker, name);
      expect(error).toBeInstanceOf(MoleculerError);
      expect(error).toMatchObject({ code: 501, type: 'SEVERAL_VALUES', data: { action: name } });
    }
    expect(await failure(broker, 'o.endless', {}, { timeout: 10 })).toBeInstanceOf(RequestTimeoutError);
  });

  it('run between the hooks of tracing tools', async () => {
    const told: string[] = [];
    const { broker } = await hybrid([Observed], {
      prepare: (_app, server) => {
        server.setOnProcessingStartHook((transport, ctx, done) => {
          told.push(`start ${(ctx as Context).action!.name} ${String(transport)}`);
          void done();
        });
        server.setOnProcessingEndHook((_transport, ctx) => told.push(`end ${(ctx as Context).action!.name}`));
      },
    });
    expect(await broker.call<unknown>('o.one')).toBe(1);
    await failure(broker, 'o.three');
    expect(told).toEqual([
      'start o.one Symbol(nestjs-moleculer)',
      'end o.one',
      'start o.three Symbol(nestjs-moleculer)',
      'end o.three',
    ]);
  });

  // Nest 11 has none.
  it.runIf('registerPreRequestHook' in NestMicroservice.prototype)(
    'run after the pre-request hooks',
    async () => {
      const told: string[] = [];
      const { broker } = await standalone([Observed], {}, (app) =>
        (app as unknown as Hookable).registerPreRequestHook((context, next) => {
          told.push(context.switchToRpc().getContext<Context>().action!.name);
          return next().pipe(map((value) => `hooked ${String(value)}`));
        }),
      );
      expect(await broker.call<unknown>('o.one')).toBe('hooked 1');
      expect(told).toEqual(['o.one']);
    },
  );
});

describe('errors', () => {
  @Injectable()
  class Never implements CanActivate {
    canActivate(): boolean {
      return false;
    }
  }
  class Age {
    @IsInt() age!: number;
  }
  class Special extends Error {}
  @Catch(Special)
  class Inheriting extends BaseRpcExceptionFilter {
    override catch(exception: Special, host: never) {
      exception.message += ', seen by the filter';
      return super.catch(exception, host);
    }
  }
  @Controller()
  class Failing {
    @MessagePattern('f.plain') plain(): never {
      throw Object.assign(new RangeError('out of range'), { code: 416 });
    }
    @MessagePattern('f.own') own(): never {
      throw new MoleculerClientError('no', 418, 'TEAPOT', { pot: 1 });
    }
    @MessagePattern('f.rpc-text') rpcText(): never {
      throw new RpcException('invalid credentials');
    }
    @MessagePattern('f.rpc-error') rpcError(): never {
      throw new RpcException(new MoleculerClientError('inner', 409, 'INNER'));
    }
    @MessagePattern('f.http') http(): never {
      throw new BadRequestException('bad');
    }
    @UseGuards(Never) @MessagePattern('f.guarded') guarded(): void {}
    @MessagePattern('f.piped') piped(@Payload(new ValidationPipe()) age: Age): Age {
      return age;
    }
    @UseFilters(new Inheriting()) @MessagePattern('f.inherited') inherited(): never {
      throw new Special('special');
    }
  }

  it('reach the caller as what they are', async () => {
    const { broker } = await hybrid([Failing]);
    const plain = await failure(broker, 'f.plain');
    expect(plain).toBeInstanceOf(RangeError);
    expect(plain).toMatchObject({ message: 'out of range', code: 416 });
    expect(await failure(broker, 'f.own')).toMatchObject({ code: 418, type: 'TEAPOT', data: { pot: 1 } });
    expect(await failure(broker, 'f.inherited')).toMatchObject({ message: 'special, seen by the filter' });
  });

  it.each([
    ['f.rpc-text', 'invalid credentials', 500, undefined],
    ['f.rpc-error', 'inner', 409, 'INNER'],
    ['f.http', 'bad', 400, 'BAD_REQUEST'],
    ['f.guarded', 'Forbidden resource', 403, 'FORBIDDEN'],
    ['f.piped', 'Bad Request Exception', 400, 'BAD_REQUEST'],
  ])('of Nest become MoleculerErrors: %s', async (action, message, code, type) => {
    const { broker } = await hybrid([Failing]);
    const error = await failure(broker, action, { age: 'x' });
    expect(error).toBeInstanceOf(MoleculerError);
    expect(error).toMatchObject({ message, code, type });
    if (action === 'f.piped') expect(error.data.message).toEqual(['age must be an integer number']);
  });

  it('are logged once where nobody expected them, and not where they are the caller’s', async () => {
    const { broker } = await hybrid([Failing]);
    await failure(broker, 'f.own');
    await failure(broker, 'f.http');
    expect(logs.texts('error')).toEqual([]);
    await failure(broker, 'f.plain');
    expect(logs.texts('error')).toEqual([expect.stringMatching(/Action 'f\.plain' failed.*out of range/)]);
  });

  it('of other transports stay Nest’s matter', async () => {
    await hybrid([Failing]);
    const filter = new BaseRpcExceptionFilter();
    const host = { getArgByIndex: () => ({}) } as never;
    const error = await new Promise((resolve) =>
      filter.catch(new Error('secret'), host).subscribe({ error: resolve }),
    );
    expect(error).toEqual({ status: 'error', message: 'Internal server error' });
  });
});

describe('events', () => {
  const heard: string[] = [];
  @Controller()
  class Listening {
    @MessagePattern('mail.send') send(): void {}
    @OnEvent('user.created') created(@Payload('id') id: number, @Ctx() ctx: Context): void {
      heard.push(`created ${id} ${ctx.eventName}`);
    }
    @OnEvent('user.*') any(): void {
      heard.push('any');
    }
    @OnEvent('user.created', { group: 'audit' }) audit(): void {
      heard.push('audit');
    }
    @OnEvent({ event: 'object' }) object(): void {
      heard.push('object');
    }
  }
  @Controller()
  class Broken {
    @OnEvent('user.created') async first(): Promise<never> {
      heard.push('first');
      throw new Error('first failed');
    }
    @OnEvent('user.created') second(): unknown {
      heard.push('second');
      throw new RpcException('second failed');
    }
  }
  const groups = (broker: ServiceBroker) =>
    broker.registry
      .events({ onlyLocal: true, skipInternal: true })
      .map(({ name, group }) => `${name} ${group}`)
      .sort();

  it('are heard by the group of the application, or of the handler', async () => {
    heard.length = 0;
    const { broker } = await hybrid([Listening]);
    expect(groups(broker)).toEqual(
      ['user.* mail', 'user.created audit', 'user.created mail', '{"event":"object"} mail'].sort(),
    );
    await broker.emit('user.created', { id: 7 });
    expect(heard.sort()).toEqual(['any', 'audit', 'created 7 user.created']);
    heard.length = 0;
    await broker.emit('user.created', { id: 8 }, { groups: 'audit' });
    await broker.emit('{"event":"object"}', {});
    expect(heard).toEqual(['audit', 'object']);
  });

  it('may have the group named for all', async () => {
    const { broker } = await hybrid([Broken], { server: { group: 'post' } });
    expect(groups(broker)).toEqual(['user.created post']);
  });

  it('reach all handlers though one fails, and each failure is logged', async () => {
    heard.length = 0;
    const { broker } = await hybrid([Listening, Broken]);
    await broker.emit('user.created', { id: 1 });
    expect(heard.sort()).toEqual(['any', 'audit', 'created 1 user.created', 'first', 'second']);
    const [line, ...more] = logs.texts('error');
    expect(more).toEqual([]);
    expect(line).toMatch(/user\.created.*2 handlers.*first failed; second failed/);
  });

  it('of the broker itself are heard, too', async () => {
    const started: unknown[] = [];
    @Controller()
    class Started {
      @OnEvent('$broker.started') started(): void {
        started.push('started');
      }
    }
    await hybrid([Started], { server: { group: 'any' } });
    expect(started).toEqual(['started']);
  });
});
