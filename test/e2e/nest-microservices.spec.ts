import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExecutionContext,
  Inject,
  type INestApplicationContext,
  type INestMicroservice,
  Injectable,
  Logger,
  Module,
  type NestInterceptor,
  ParseIntPipe,
  type PipeTransform,
  Scope,
  SetMetadata,
  type Type,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import {
  type ClientProxy,
  ClientProxyFactory,
  ClientsModule,
  CONTEXT,
  Ctx,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  type RequestContext,
  RpcException,
  Transport,
} from '@nestjs/microservices';
import { MoleculerModule, ServiceBroker } from 'nestjs-moleculer';
import { MoleculerClient, MoleculerServer } from 'nestjs-moleculer/microservices';
import {
  delay,
  firstValueFrom,
  map,
  NEVER,
  type Observable,
  of,
  throwError,
  timeout,
  TimeoutError,
} from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { redisUrl, uniqueNamespace } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

/** The types of `EventPattern` want each handler to take data, of type `{}`. */
const OnEvent = EventPattern as (pattern: unknown, extras?: object) => MethodDecorator;

/**
 * What Nest documents of its Redis transport, as one list for it and for us: the same application, the same client code. Where ours
 * differs on purpose is in bridge-comparison.spec.ts.
 */

beforeAll(() => Logger.overrideLogger(false));

/** What happened in handlers and enhancers, in order. */
const seen: string[] = [];
beforeEach(() => void (seen.length = 0));

@Injectable()
class Prices {
  of(item: string): number {
    return item.length;
  }
}

@Injectable()
class RoleGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const role = this.reflector.get<string>('role', context.getHandler());
    seen.push(`guard ${context.getType()}`);
    return context.switchToRpc().getData<{ role: string }>().role === role;
  }
}

@Injectable()
class Doubled implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler<number>): Observable<number> {
    seen.push('before');
    return next.handle().pipe(map((value) => value * 2));
  }
}

class Trimmed implements PipeTransform {
  transform(value: unknown): unknown {
    return typeof value === 'string' ? value.trim() : value;
  }
}

class OutOfStock extends Error {}

@Catch(OutOfStock)
class OutOfStockFilter {
  catch(error: OutOfStock, host: ArgumentsHost): Observable<never> {
    seen.push(`filter ${host.switchToRpc().getData<{ item: string }>().item}`);
    return throwError(() => ({ status: 'error', message: `no ${error.message}` }));
  }
}

@Catch(RpcException)
class GlobalFilter {
  catch(exception: RpcException): Observable<never> {
    return throwError(() => exception.getError());
  }
}

function appModule(name: string): Type {
  @Controller()
  class Sums {
    constructor(private readonly prices: Prices) {}

    @MessagePattern(`${name}.sum`) sum(numbers: number[]): number {
      return numbers.reduce((a, b) => a + b, 0);
    }
    @MessagePattern({ cmd: 'difference', of: name }) async difference([a, b]: number[]): Promise<number> {
      return a - b;
    }
    @MessagePattern(`${name}.later`) later(text: string): Observable<string> {
      return of(text).pipe(delay(5));
    }
    @MessagePattern(`${name}.price`) price(@Payload('item') item: string): number {
      return this.prices.of(item);
    }
    @MessagePattern([`${name}.first-name`, `${name}.second-name`]) twoNames(): string {
      return 'either';
    }
    @MessagePattern(`${name}.piped`) piped(
      @Payload('n', ParseIntPipe) n: number,
      @Ctx() ctx: unknown,
    ): unknown {
      return { n, type: typeof n, ctx: typeof ctx };
    }
    @UsePipes(new Trimmed()) @MessagePattern(`${name}.trimmed`) trimmed(text: string): string {
      return text;
    }
    @UseGuards(RoleGuard)
    @SetMetadata('role', 'admin')
    @MessagePattern(`${name}.guarded`)
    guarded(): string {
      return 'let in';
    }
    @UseInterceptors(Doubled) @MessagePattern(`${name}.doubled`) doubled(n: number): number {
      seen.push('handler');
      return n;
    }
    @UseFilters(OutOfStockFilter) @MessagePattern(`${name}.buy`) buy({ item }: { item: string }): never {
      throw new OutOfStock(item);
    }
    @UseFilters(OutOfStockFilter) @MessagePattern(`${name}.buy-later`) buyLater(): Observable<never> {
      return throwError(() => new OutOfStock('tea'));
    }
    @MessagePattern(`${name}.rpc`) rpc(): never {
      throw new RpcException({ status: 'error', message: 'invalid credentials' });
    }
    @MessagePattern(`${name}.never`) never(): Observable<never> {
      return NEVER;
    }
    @MessagePattern(`${name}.count`) count(): number {
      return seen.push('count');
    }
    @MessagePattern(`${name}.tcp`, Transport.TCP) tcp(): string {
      return 'not over this transport';
    }
    @OnEvent(`${name}.happened`) happened({ id }: { id: number }): void {
      seen.push(`sums ${id}`);
    }
    @OnEvent({ event: 'other', of: name }) other(@Payload('id') id: number): void {
      seen.push(`other ${id}`);
    }
  }

  @Controller()
  class Mails {
    @OnEvent(`${name}.happened`) async happened({ id }: { id: number }): Promise<void> {
      seen.push(`mails ${id}`);
    }
    @OnEvent(`${name}.failing`) failing(): never {
      seen.push('failing');
      throw new Error('event handler failed');
    }
    @OnEvent(`${name}.orders.*`) order(@Payload() { id }: { id: number }, @Ctx() _context: unknown): void {
      seen.push(`order ${id}`);
    }
    @OnEvent(`${name}.observed`) observed(): Observable<number> {
      seen.push('observed');
      return of(1, 2, 3).pipe(map((n) => seen.push(`value ${n}`)));
    }
  }

  let made = 0;
  @Controller({ scope: Scope.REQUEST })
  class Scoped {
    private readonly number = ++made;
    constructor(@Inject(CONTEXT) private readonly context: RequestContext<{ id: number }>) {}

    @MessagePattern(`${name}.scoped`) scoped(): unknown {
      return { number: this.number, id: this.context.data.id, pattern: this.context.pattern };
    }
  }

  @Module({ controllers: [Sums, Mails, Scoped], providers: [Prices] })
  class AppModule {}
  return AppModule;
}

interface Contender {
  title: string;
  start(name: string): Promise<{ server: INestMicroservice; client: ClientProxy; close(): Promise<void> }>;
}

function redisOptions() {
  const { hostname: host, port, password, username } = new URL(redisUrl());
  return {
    transport: Transport.REDIS as const,
    options: {
      host,
      port: Number(port || 6379),
      ...(password && { password: decodeURIComponent(password) }),
      ...(username && { username: decodeURIComponent(username) }),
    },
  };
}

async function serve(name: string, options: MicroserviceOptions): Promise<INestMicroservice> {
  const server = await NestFactory.createMicroservice<MicroserviceOptions>(appModule(name), {
    ...options,
    logger: false,
    abortOnError: false,
  });
  server.useGlobalFilters(new GlobalFilter());
  await server.listen();
  return server;
}

const CONTENDERS: Contender[] = [
  {
    title: '@nestjs/microservices over Redis',
    async start(name) {
      const redis = redisOptions();
      const server = await serve(name, { ...redis, options: { ...redis.options, wildcards: true } });
      const client = ClientProxyFactory.create(redisOptions());
      return {
        server,
        client,
        async close() {
          await client.close();
          await server.close();
        },
      };
    },
  },
  {
    title: 'nestjs-moleculer over Redis',
    async start(name) {
      const place = { namespace: name, transporter: redisUrl() };
      const tracking = { enabled: true, shutdownTimeout: 200 }; // one handler never ends
      const server = await serve(name, { strategy: new MoleculerServer({ ...place, tracking }) });
      @Module({
        imports: [
          MoleculerModule.forRoot(place),
          ClientsModule.registerAsync([
            {
              name: 'CLIENT',
              inject: [ServiceBroker],
              useFactory: (broker: ServiceBroker) => ({ customClass: MoleculerClient, options: { broker } }),
            },
          ]),
        ],
      })
      class ClientModule {}
      const app: INestApplicationContext = await NestFactory.createApplicationContext(ClientModule, {
        logger: false,
        abortOnError: false,
      });
      await app.get(ServiceBroker).waitForServices(name, 10_000);
      return {
        server,
        client: app.get<ClientProxy>('CLIENT'),
        async close() {
          await app.close();
          await server.close();
        },
      };
    },
  },
];

describe.each(CONTENDERS)('$title', ({ start }) => {
  const name = uniqueNamespace('bridge');
  let client: ClientProxy;
  let server: INestMicroservice;
  let close: () => Promise<void>;
  const ask = <R = any>(pattern: unknown, data: unknown = {}): Promise<R> =>
    firstValueFrom(client.send<R>(pattern, data));
  const refused = (pattern: unknown, data: unknown = {}): Promise<any> =>
    ask(pattern, data).then(
      (value) => expect.unreachable(`answered ${JSON.stringify(value)}`),
      (error: unknown) => error,
    );

  beforeAll(async () => {
    ({ server, client, close } = await start(name));
    await client.connect();
  });
  afterAll(() => close());

  describe('requests', () => {
    it('a text as pattern; the handler answers at once', async () => {
      expect(await ask(`${name}.sum`, [1, 2, 3])).toBe(6);
    });
    it('an object as pattern, its keys in any order; the handler answers with a promise', async () => {
      expect(await ask({ of: name, cmd: 'difference' }, [5, 3])).toBe(2);
    });
    it('the handler answers with an Observable', async () => {
      expect(await ask(`${name}.later`, 'tea')).toBe('tea');
    });
    it('one handler may have several patterns', async () => {
      expect([await ask(`${name}.first-name`), await ask(`${name}.second-name`)]).toEqual([
        'either',
        'either',
      ]);
    });
    it('parts of the payload, and what is injected', async () => {
      expect(await ask(`${name}.price`, { item: 'four' })).toBe(4);
    });
    it('answers complete after their one value', async () => {
      const values: unknown[] = [];
      await new Promise<void>((complete, error) =>
        client.send(`${name}.sum`, [1]).subscribe({ next: (value) => values.push(value), error, complete }),
      );
      expect(values).toEqual([1]);
    });
    it('send does nothing until it is subscribed to, and sends for each subscriber', async () => {
      const counted = client.send<number>(`${name}.count`, {});
      await ask(`${name}.sum`, []);
      expect(seen).toEqual([]);
      await firstValueFrom(counted);
      await firstValueFrom(counted);
      expect(seen).toEqual(['count', 'count']);
    });
    it('the timeout operator ends the wait', async () => {
      const answer = firstValueFrom(client.send(`${name}.never`, {}).pipe(timeout(20)));
      await expect(answer).rejects.toBeInstanceOf(TimeoutError);
    });
    it('neither pattern nor data may be missing', async () => {
      for (const [pattern, data] of [
        [null, {}],
        [`${name}.sum`, undefined],
      ]) {
        await expect(firstValueFrom(client.send(pattern, data))).rejects.toThrow(
          /invalid data or message pattern/,
        );
        await expect(firstValueFrom(client.emit(pattern, data))).rejects.toThrow(
          /invalid data or message pattern/,
        );
      }
    });
    it('handlers of another transport are not served', () => {
      const patterns = [...(server as any).serverInstance.getHandlers().keys()] as string[];
      expect(patterns).toContain(`${name}.sum`);
      expect(patterns).not.toContain(`${name}.tcp`);
    });
  });

  describe('enhancers', () => {
    it('pipes of a parameter and of a method; the context', async () => {
      expect(await ask(`${name}.piped`, { n: '7' })).toEqual({ n: 7, type: 'number', ctx: 'object' });
      expect(await ask(`${name}.trimmed`, '  a ')).toBe('a');
    });
    it('a guard that lets in, and one that refuses', async () => {
      expect(await ask(`${name}.guarded`, { role: 'admin' })).toBe('let in');
      // The global filter gives its text alone.
      const error = await refused(`${name}.guarded`, { role: 'guest' });
      expect(error.message ?? error).toBe('Forbidden resource');
      expect(seen).toEqual(['guard rpc', 'guard rpc']);
    });
    it('interceptors', async () => {
      expect(await ask(`${name}.doubled`, 4)).toBe(8);
      expect(seen).toEqual(['before', 'handler']);
    });
    it('filters, for what is thrown and for what an Observable fails with', async () => {
      expect(await refused(`${name}.buy`, { item: 'tea' })).toMatchObject({ message: 'no tea' });
      expect(await refused(`${name}.buy-later`, { item: 'later' })).toMatchObject({ message: 'no tea' });
      expect(seen).toEqual(['filter tea', 'filter later']);
    });
    it('a global filter, and RpcException', async () => {
      expect(await refused(`${name}.rpc`)).toMatchObject({ message: 'invalid credentials' });
    });
    it('request scope: an instance for each request, with its context', async () => {
      const [one, two] = [await ask(`${name}.scoped`, { id: 1 }), await ask(`${name}.scoped`, { id: 2 })];
      expect(one).toMatchObject({ id: 1, pattern: `${name}.scoped` });
      expect(two).toMatchObject({ id: 2 });
      expect(two.number).not.toBe(one.number);
    });
  });

  describe('events', () => {
    it('emit sends without a subscriber; all handlers of an event get it', async () => {
      client.emit(`${name}.happened`, { id: 1 });
      await waitUntil('both handlers', () => seen.length >= 2);
      expect(seen.sort()).toEqual(['mails 1', 'sums 1']);
    });
    it('completes when the event was sent', async () => {
      await new Promise<void>((complete, error) =>
        client.emit({ of: name, event: 'other' }, { id: 2 }).subscribe({ complete, error }),
      );
      await waitUntil('the handler', () => seen.includes('other 2'));
    });
    it('an Observable that a handler returns is run', async () => {
      client.emit(`${name}.observed`, {});
      await waitUntil('its values', () => seen.includes('value 3'));
      expect(seen).toEqual(['observed', 'value 1', 'value 2', 'value 3']);
    });
    it('a pattern with a wildcard hears all of them, and no others', async () => {
      client.emit(`${name}.orders.placed`, { id: 1 });
      client.emit(`${name}.others.placed`, { id: 2 });
      client.emit(`${name}.orders.paid`, { id: 3 });
      await waitUntil('the last one', () => seen.includes('order 3'));
      expect(seen).toEqual(['order 1', 'order 3']);
    });
    it('a handler that fails harms nothing', async () => {
      client.emit(`${name}.failing`, {});
      await waitUntil('the failure', () => seen.includes('failing'));
      expect(await ask(`${name}.sum`, [1])).toBe(1);
    });
  });

  describe('connections', () => {
    it('status of server and client', async () => {
      expect(await firstValueFrom(server.status)).toBe('connected');
      expect(await firstValueFrom(client.status)).toBe('connected');
    });
    it('what is behind them', () => {
      expect(server.unwrap<object>()).toBeTypeOf('object');
      expect(client.unwrap<object>()).toBeTypeOf('object');
    });
  });
});
