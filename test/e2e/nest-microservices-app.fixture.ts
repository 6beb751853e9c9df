import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExecutionContext,
  Inject,
  Injectable,
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
import { Reflector } from '@nestjs/core';
import {
  CONTEXT,
  Ctx,
  EventPattern,
  MessagePattern,
  Payload,
  type RequestContext,
  RpcException,
  Transport,
} from '@nestjs/microservices';
import { delay, map, NEVER, type Observable, of, throwError } from 'rxjs';

/** The types of `EventPattern` want each handler to take data, of type `{}`. */
const OnEvent = EventPattern as (pattern: unknown, extras?: object) => MethodDecorator;

/** What happened in handlers and enhancers, in order. */
export const seen: string[] = [];

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

/** The application; `name` is before the dot of each pattern. */
export function appModule(name: string): Type {
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
