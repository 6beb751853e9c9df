import * as z from 'zod';
import * as v from 'valibot';
import {
  Action,
  Context,
  Ctx,
  Headers,
  Meta,
  Params,
  Service,
  StreamBody,
  ServiceBroker,
} from 'nestjs-moleculer';
import type { ContractOf, ParamsOf } from 'nestjs-moleculer';
import { Readable } from 'node:stream';
import {
  UseGuards,
  UseInterceptors,
  Injectable,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
  type CallHandler,
  ParseIntPipe,
  createParamDecorator,
  Module,
} from '@nestjs/common';
import { tap, type Observable } from 'rxjs';
const S = z.object({ name: z.string(), age: z.coerce.number().default(1) });
const V = v.object({ q: v.string() });
class Dto {
  name!: string;
}
const CurrentUser = createParamDecorator(
  (_: unknown, host: ExecutionContext) =>
    host.switchToRpc().getContext<Context<unknown, { user: { id: string } }>>().meta.user,
);
@Injectable()
class AuthGuard implements CanActivate {
  canActivate(h: ExecutionContext) {
    const c = h.switchToRpc().getContext<Context<unknown, { user?: object }>>();
    return !!c.meta.user && h.getType() === 'rpc';
  }
}
@Injectable()
class Timing implements NestInterceptor {
  intercept(h: ExecutionContext, next: CallHandler): Observable<unknown> {
    const c = h.switchToRpc().getContext<Context>();
    return next.handle().pipe(
      tap(() => {
        c.locals['x'] = c.meta['y'];
      }),
    );
  }
}
@Service('z')
@UseGuards(AuthGuard)
@UseInterceptors(Timing)
export class ZService {
  @Action({ params: S }) one(params: z.infer<typeof S>, ctx: Context) {
    return params.age;
  }
  @Action({ params: S }) two(@Ctx() ctx: Context, @Params() p: ParamsOf<typeof S>) {
    return p.name;
  }
  @Action({ params: S }) three(@Params('name') name: string) {
    return name;
  }
  @Action({ params: S }) four(@Params('age', ParseIntPipe) age: number, @Meta('user') u: { id: string }) {
    return age;
  }
  @Action({ params: S }) five(
    @CurrentUser() u: { id: string },
    @Params() p: z.output<typeof S>,
    @Headers('h') h: string,
  ) {
    return p;
  }
  @Action({ params: S }) six() {
    return 1;
  }
  @Action({ params: S }) seven(ctx: Context) {
    return 1;
  }
  @Action({ params: S }) eight(params: any) {
    return 1;
  }
  @Action({ params: S }) nine<T extends { name: string }>(params: T) {
    return params;
  }
  @Action({ params: V }) val(params: v.InferOutput<typeof V>) {
    return params.q;
  }
  @Action({ params: Dto }) dto(params: Dto) {
    return params.name;
  }
  @Action({
    params: {
      id: { type: 'string', optional: true },
      n: 'number|integer',
      $$strict: true,
      list: { type: 'array', items: 'string' },
    },
  })
  fv(params: { id: string }) {
    return 1;
  }
  @Action({ params: S }) ten(@Params() params: Record<string, unknown>) {
    return 1;
  }
  @Action({ params: S }) optional(params?: z.infer<typeof S>) {
    return 1;
  }
  @Action({
    fallback: (ctx, err) => ({ cached: ctx.params, m: err.message }),
    retryPolicy: { enabled: true, retries: 3 },
    circuitBreaker: { enabled: true },
    bulkhead: { enabled: true, concurrency: 3 },
  })
  ft(params: { a: 1 }) {
    return 1;
  }
  @Action() upload(params: { name: string }, ctx: Context): Readable {
    return ctx.stream!;
  }
  @Action() upload2(@StreamBody() body: Readable, @Params('name') name: string) {
    return body;
  }
  // @ts-expect-error TS1241
  @Action({ params: S }) bad(params: { name: number; age: number }) {}
  // @ts-expect-error TS1241
  @Action({ params: S }) bad2(@Params() params: { other: string }) {}
}
class Typed {
  constructor(private b: ServiceBroker) {}
  async x() {
    const c = this.b.client<ZService>('z');
    const n: number = await c.one({ name: 'x', age: 1 });
    // callers must pass `age` although it has a default: the output type is what the method shows
    // @ts-expect-error TS2345
    await c.one({ name: 'x' });
    // @ts-expect-error TS2345 a handler of one property tells nothing about the whole params
    const k = await c.three('x');
    // @ts-expect-error TS2345
    const k4 = await c.four(1);
    const s: Readable = await c.upload({ name: 'x' }, { stream: Readable.from([]) });
  }
}
