/** A process that serves `primes.test` until main.ts, which starts two of them, lets it go. */
import { once } from 'node:events';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MoleculerModule } from 'nestjs-moleculer';
import { PrimesService } from './primes.service.js';

const released = once(process, 'disconnect');
const [nodeID, namespace] = process.argv.slice(2);

@Module({
  imports: [MoleculerModule.forRoot({ nodeID, namespace, transporter: process.env['REDIS_URL'] })],
  providers: [PrimesService],
})
class WorkerModule {}

const app = await NestFactory.createApplicationContext(WorkerModule, { logger: ['warn', 'error'] });
await released;
await app.close();
