import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientsModule, type MicroserviceOptions, type RedisOptions, Transport } from '@nestjs/microservices';
import { redisUrl } from '../redis-url.js';
import { Gateway } from './gateway.service.js';
import { OrdersController } from './orders.controller.js';

const { hostname: host, port, username, password } = new URL(await redisUrl());
const redis: RedisOptions = {
  transport: Transport.REDIS,
  options: { host, port: Number(port || 6379), username, password },
};

@Module({ controllers: [OrdersController] })
class OrdersModule {}

@Module({
  imports: [ClientsModule.register([{ name: 'ORDERS', ...redis }])],
  providers: [Gateway],
})
class GatewayModule {}

export async function startOrders() {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(OrdersModule, {
    ...redis,
    logger: false,
  });
  await app.listen();
  return app;
}

export const startGateway = () => NestFactory.createApplicationContext(GatewayModule, { logger: false });
