import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import { MoleculerExceptionFilter, MoleculerModule, ServiceBroker } from 'nestjs-moleculer';
import { KeyGuard } from './guards.js';
import { OrdersController } from './orders.controller.js';
import { OrdersService } from './orders.service.js';

@Module({
  imports: [MoleculerModule.forRoot()],
  controllers: [OrdersController],
  providers: [
    OrdersService,
    { provide: APP_GUARD, useClass: KeyGuard },
    { provide: APP_FILTER, useClass: MoleculerExceptionFilter },
  ],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: false });
await app.listen(0, '127.0.0.1');
const url = await app.getUrl();
const broker = app.get(ServiceBroker);
broker.errors$.subscribe(({ event, error }) => console.log(`errors$: ${event}: ${error.message}`));

async function get(path: string, key?: string): Promise<void> {
  const response = await fetch(`${url}${path}`, { headers: key === undefined ? {} : { 'x-key': key } });
  console.log(`GET ${path} ${key ?? 'without key'}: ${response.status} ${await response.text()}`);
}

async function cancel(name: string, roles: string[], params: object): Promise<void> {
  const answer = await broker
    .call<string>('orders.cancel', params, { meta: { user: { name, roles } } })
    .catch((error: { code: number; type: string }) => `${error.code} ${error.type}`);
  console.log(`${name} cancels ${JSON.stringify(params)}: ${answer}`);
}

await get('/orders/7');
await get('/orders/7', 'key-of-ada');
await get('/orders/seven', 'key-of-ada');
await cancel('Ada', ['reader'], { id: 7, reason: 'too late' });
await cancel('Grace', ['manager', 'reader'], { id: 7, reason: '?' });
await cancel('Grace', ['manager', 'reader'], { id: 7, reason: 'too late', more: 'is cut off' });
await cancel('Grace', ['manager', 'reader'], { id: 7, reason: 'too late' });
await broker.emit('order.cancelled', { id: 8, reason: 'nobody asked for it' });
await get('/orders/7', 'key-of-grace');

await app.close();
