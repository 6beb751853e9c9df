import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MoleculerModule, ServiceBroker, ValidationError } from 'nestjs-moleculer';
import { GreeterService } from './greeter.service.js';

@Module({ imports: [MoleculerModule.forRoot()], providers: [GreeterService] })
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] });
const broker = app.get(ServiceBroker);

// The compiler knows that this takes a name and gives a string.
console.log(await broker.call('greeter.hello', { name: 'Ada' }));

try {
  await broker.call('greeter.hello', { name: '' });
} catch (error) {
  if (!(error instanceof ValidationError)) throw error;
  console.log(`Refused with ${error.code} ${error.type}: ${JSON.stringify(error.data)}`);
}

await app.close();
