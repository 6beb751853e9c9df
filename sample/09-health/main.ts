import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { MoleculerModule, ServiceBroker } from 'nestjs-moleculer';
import { MoleculerHealthIndicator } from 'nestjs-moleculer/terminus';
import { CatalogueService, ItemsController } from './catalogue.js';
import { HealthController } from './health.controller.js';

@Module({
  imports: [
    MoleculerModule.forRoot({
      nodeID: 'gateway',
      transporter: 'memory://09-health',
      registry: { stopDelay: 3000 }, // long enough to look at it
    }),
    TerminusModule.forRoot({ logger: false }),
  ],
  controllers: [HealthController, ItemsController],
  providers: [MoleculerHealthIndicator],
})
class GatewayModule {}

@Module({
  imports: [MoleculerModule.forRoot({ nodeID: 'catalogue-1', transporter: 'memory://09-health' })],
  providers: [CatalogueService],
})
class CatalogueModule {}

const gateway = await NestFactory.create(GatewayModule, { logger: false });
await gateway.listen(0, '127.0.0.1');
const url = await gateway.getUrl();

async function show(what: string): Promise<void> {
  const ready = await fetch(`${url}/health/ready`);
  const { details } = (await ready.json()) as {
    details: Record<string, { status: string; message?: string }>;
  };
  const said = Object.entries(details).map(([key, { status, message }]) => `${key} ${message ?? status}`);
  const { status } = await fetch(`${url}/items`);
  console.log(`${what}: ready ${ready.status} (${said.join('; ')}), GET /items ${status}`);
}

await show('No catalogue');
const catalogue = await NestFactory.createApplicationContext(CatalogueModule, { logger: false });
await gateway.get(ServiceBroker).waitForServices('catalogue');
await show('With a catalogue');

// What `enableShutdownHooks()` does when a SIGTERM comes.
const closing = gateway.close();
await show('Stopping');
await closing;
console.log(await fetch(url).catch(() => 'Closed'));
await catalogue.close();
