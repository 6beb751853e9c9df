import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientsModule, type MicroserviceOptions } from '@nestjs/microservices';
import { MoleculerModule, ServiceBroker } from 'nestjs-moleculer';
import { MoleculerClient, MoleculerServer } from 'nestjs-moleculer/microservices';
import { redisUrl } from '../redis-url.js';
import { Gateway } from './gateway.service.js';
import { OrdersController } from './orders.controller.js';

const cluster = { transporter: await redisUrl(), namespace: `sample-07-${process.pid}` };
const useFactory = (broker: ServiceBroker) => ({ customClass: MoleculerClient, options: { broker } });
const client = { name: 'ORDERS', inject: [ServiceBroker], useFactory };

@Module({ controllers: [OrdersController] })
class OrdersModule {}

@Module({
  imports: [MoleculerModule.forRoot(cluster), ClientsModule.registerAsync([client])],
  providers: [Gateway],
})
class GatewayModule {}

export async function startOrders() {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(OrdersModule, {
    strategy: new MoleculerServer(cluster),
    logger: false,
  });
  await app.listen();
  return app;
}

export const startGateway = () => NestFactory.createApplicationContext(GatewayModule, { logger: false });
