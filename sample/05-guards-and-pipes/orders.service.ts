import {
  Catch,
  type ExceptionFilter,
  Injectable,
  ParseIntPipe,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import { IsInt, IsString, MinLength } from 'class-validator';
import { Action, type Context, Ctx, Event, MoleculerClientError, Params, Service } from 'nestjs-moleculer';
import { AuditInterceptor } from './audit.interceptor.js';
import { Roles, RolesGuard } from './guards.js';
import { type Identity, User } from './identity.js';

class CancelledAlready extends Error {}

/** What the code below throws, as callers on any node shall get it. */
@Injectable()
@Catch(CancelledAlready)
export class CancelledAlreadyFilter implements ExceptionFilter<CancelledAlready> {
  catch(error: CancelledAlready): never {
    throw new MoleculerClientError(error.message, 409, 'CANCELLED_ALREADY');
  }
}

export class Cancellation {
  @IsInt() id!: number;
  @IsString() @MinLength(3) reason!: string;
}

@Service('orders')
@UseGuards(RolesGuard)
@Roles(['reader'])
@UseInterceptors(AuditInterceptor)
@UseFilters(CancelledAlreadyFilter)
export class OrdersService {
  private readonly cancelled = new Set<number>();

  @Action()
  get(@Params('id', ParseIntPipe) id: number, @User() user: Identity): object {
    return { id, cancelled: this.cancelled.has(id), seenBy: user.name };
  }

  @Action()
  @Roles(['manager'])
  @UsePipes(new ValidationPipe({ whitelist: true }))
  async cancel(@Params() { id, reason }: Cancellation, @Ctx() ctx: Context): Promise<string> {
    if (this.cancelled.has(id)) throw new CancelledAlready(`Order ${id} is cancelled already`);
    this.cancelled.add(id);
    await ctx.emit('order.cancelled', { id, reason });
    return `order ${id} is cancelled`;
  }

  /** Whoever emits: the guards, pipes and filters of the class are those of its events, too. */
  @Event('order.cancelled')
  @UsePipes(new ValidationPipe())
  onCancelled(payload: Cancellation): void {
    console.log(`mail: your order ${payload.id} is cancelled, because: ${payload.reason}`);
  }
}
