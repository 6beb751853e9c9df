/** The bridge, as applications of @nestjs/microservices use it. */
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxy,
  ClientProxyFactory,
  ClientsModule,
  Ctx,
  EventPattern,
  MessagePattern,
  MicroserviceOptions,
  Payload,
} from '@nestjs/microservices';
import { Context, MoleculerModule, ServiceBroker } from 'nestjs-moleculer';
import {
  MoleculerClient,
  MoleculerRecord,
  MoleculerServer,
  MOLECULER_TRANSPORT,
} from 'nestjs-moleculer/microservices';
@Controller()
class C {
  @MessagePattern({ cmd: 'sum' }, MOLECULER_TRANSPORT, { timeout: 5 }) sum(
    @Payload() n: number[],
    @Ctx() ctx: Context,
  ): number {
    return n.length + ctx.level;
  }
  @EventPattern('a.b', { group: 'x' }) ev(data: object): void {}
}
@Module({
  controllers: [C],
  imports: [
    MoleculerModule.forRoot(),
    ClientsModule.registerAsync([
      {
        name: 'X',
        inject: [ServiceBroker],
        useFactory: (broker: ServiceBroker) => ({ customClass: MoleculerClient, options: { broker } }),
      },
    ]),
  ],
})
class A {}
export async function main() {
  const app = await NestFactory.create(A);
  app.connectMicroservice<MicroserviceOptions>({
    strategy: new MoleculerServer(app.get(ServiceBroker), { group: 'g' }),
  });
  const own = new MoleculerClient({ broker: app.get(ServiceBroker), timeout: 5 });
  const client: ClientProxy = own;
  ClientProxyFactory.create({ customClass: MoleculerClient, options: { broker: app.get(ServiceBroker) } });
  client.send<number>({ cmd: 'sum' }, new MoleculerRecord([1])).subscribe((n) => n.toFixed());
  own.status.subscribe((s) => s === 'reconnecting');
  own.on('$node.connected', () => undefined);
  const broker: ServiceBroker = own.unwrap();
  // @ts-expect-error TS2345 a broker is needed
  new MoleculerClient({});
  // @ts-expect-error TS2353 no such option
  new MoleculerServer({ transportr: 'x' });
  return broker;
}
