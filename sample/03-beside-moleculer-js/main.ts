import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MoleculerModule, ServiceBroker } from 'nestjs-moleculer';
import { firstValueFrom } from 'rxjs';
import { redisUrl } from '../redis-url.js';
import { TallyService } from './tally.service.js';

const transporter = await redisUrl();
const namespace = `sample-03-${process.pid}`;

@Module({
  imports: [MoleculerModule.forRoot({ nodeID: 'nest', namespace, transporter })],
  providers: [TallyService],
})
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] });
const broker = app.get(ServiceBroker);
const summed = firstValueFrom(broker.events('math.summed'));

const mathNode = spawn(process.execPath, [fileURLToPath(new URL('./math-node.mjs', import.meta.url))], {
  env: { ...process.env, REDIS_URL: transporter, NAMESPACE: namespace },
  stdio: 'inherit',
});
await broker.waitForServices('math', 30_000);

console.log(`Nest: math.add says 5 + 3 = ${await broker.call('math.add', { a: 5, b: 3 })}`);
for (let i = 0; i < 3; i++) console.log(`Nest: math.random says "${await broker.call('math.random')}"`);

const { payload, sender } = await summed;
console.log(`Nest: ${sender} has added them up: ${payload.sum}`);

mathNode.kill(); // it says goodbye to the cluster first
await once(mathNode, 'exit');
await app.close();
