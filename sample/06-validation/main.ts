import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MoleculerModule, ServiceBroker, ValidationError } from 'nestjs-moleculer';
import { BookingsService } from './bookings.service.js';

@Module({ imports: [MoleculerModule.forRoot()], providers: [BookingsService] })
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
const broker = app.get(ServiceBroker);
broker.errors$.subscribe(({ event, error }) => console.log(`${event}: ${refusal(error)}`));

function refusal(error: unknown): string {
  if (!(error instanceof ValidationError)) throw error;
  const issues = error.data as { field?: string; type: string }[];
  return `${error.code} ${error.type}: ${issues.map(({ field = 'all', type }) => `${field} ${type}`).join(', ')}`;
}

async function call(action: string, params: object): Promise<void> {
  const answer: unknown = await broker.call(action, params).catch(refusal);
  console.log(`${action} ${JSON.stringify(params)} -> ${JSON.stringify(answer)}`);
}

await call('bookings.cancel', { id: 3 });
await call('bookings.cancel', { id: 0, more: 1 });

await call('bookings.book', { room: 12, nights: '3', mail: 'ada@example.org' });
await call('bookings.book', { room: 0, mail: 'nobody' });
await call('bookings.book', { room: 12, nights: 31, mail: 'ada@example.org' });

await call('bookings.search', { text: 'sea view' });
await call('bookings.search', { page: 2 });

await call('bookings.arrive', { booking: 7, guests: [{ name: 'Ada' }, { name: 'Grace' }] });
await call('bookings.arrive', { guests: [{ name: 'A' }] });

await broker.emit('invoice.paid', { booking: 7, amount: 300 });
await broker.emit('invoice.paid', { booking: 7, amount: -300 });

// What other nodes, and gateways among them, know of an action.
const [{ action }] = broker.registry.actions().filter(({ name }) => name === 'bookings.book');
console.log(`params in INFO: ${JSON.stringify(action?.['params'])}`);
const { params } = action?.['jsonSchema'] as { params: { required: string[] } };
console.log(`and as a JSON Schema: required ${params.required.join(', ')}`);

await app.close();
