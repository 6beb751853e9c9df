/** A process that serves `primes.test` until it is told to stop. main.ts starts two of them. */
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MoleculerModule } from 'nestjs-moleculer';
import { PrimesService } from './primes.service.js';

const [nodeID, namespace] = process.argv.slice(2);

@Module({
  imports: [MoleculerModule.forRoot({ nodeID, namespace, transporter: process.env['REDIS_URL'] })],
  providers: [PrimesService],
})
class WorkerModule {}

const app = await NestFactory.createApplicationContext(WorkerModule, { logger: ['warn', 'error'] });
process.once('message', () => void app.close().then(() => process.disconnect()));
