import { Injectable, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import {
  ServiceBroker,
  MoleculerModule,
  LoadBalanceStrategy,
  Transporter,
  Serializer,
  InjectBroker,
  Service,
  Action,
  MOLECULER_SCHEDULER,
  Context,
  InjectService,
} from 'nestjs-moleculer';
import type {
  Endpoint,
  Middleware,
  ActionHandler,
  ActionInfo,
  MoleculerModuleOptions,
  ServiceClient,
} from 'nestjs-moleculer';
import { VirtualTimeScheduler } from 'rxjs';
import type { UsersService } from './02-users.js';
@Injectable()
class Audit implements Middleware {
  constructor(private readonly config: ConfigService) {}
  localAction(next: ActionHandler, action: ActionInfo): ActionHandler {
    return async (ctx) => {
      try {
        return await next(ctx);
      } finally {
        ctx.locals['t'] = action.name;
      }
    };
  }
}
class LeastBusy extends LoadBalanceStrategy {
  select<E extends Endpoint>(list: readonly E[], ctx?: Context): E {
    return list.reduce((a, b) => ((a.cpu ?? 0) <= (b.cpu ?? 0) ? a : b));
  }
}
class Tx extends Transporter {
  async connect() {}
  async disconnect() {}
  async subscribe(t: readonly string[]) {}
  send(t: string, d: Buffer) {}
}
@Injectable()
class OptsFactory {
  createMoleculerOptions(): MoleculerModuleOptions {
    return { transporter: 'redis://x' };
  }
}
@Service({ name: 'second', broker: 'two' })
class Second {
  constructor(
    @InjectBroker('two') readonly b: ServiceBroker,
    @InjectService('users', 'two') readonly u: ServiceClient<UsersService>,
  ) {}
  @Action() x() {}
}
@Module({
  imports: [
    MoleculerModule.forRootAsync({
      imports: [ConfigModule],
      inject: [ConfigService],
      useFactory: (c: ConfigService) => ({
        transporter: c.get<string>('T') ?? null,
        middlewares: [Audit],
        registry: { strategy: LeastBusy },
      }),
    }),
    MoleculerModule.forRootAsync({ name: 'two', useClass: OptsFactory }),
    MoleculerModule.forRoot({ name: 'three', transporter: new Tx(), isGlobal: false }),
  ],
  providers: [Second],
})
class App {}
async function test() {
  const m = await Test.createTestingModule({ imports: [App] })
    .overrideProvider(LoadBalanceStrategy)
    .useValue(new LeastBusy())
    .overrideProvider(MOLECULER_SCHEDULER)
    .useValue(new VirtualTimeScheduler())
    .overrideProvider(Transporter)
    .useClass(Tx)
    .compile();
  await m.init();
  const b = m.get(ServiceBroker);
  const s = m.get(LoadBalanceStrategy);
  s.select([]);
}
// @ts-expect-error TS2322 nothing of it is an option
MoleculerModule.forRootAsync({ useFactory: () => ({ heartbeatIntervall: 3 }) });
// A misspelt key beside right ones is seen at run time only: TypeScript does not look for extra keys in what a function returns.
MoleculerModule.forRootAsync({ useFactory: () => ({ requestTimeout: 1, heartbeatIntervall: 3 }) });
