import type { INestApplication, INestMicroservice, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { onTestFinished } from 'vitest';
import type { ServiceBroker } from '../../../lib/broker/service-broker.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';
import { MoleculerClient } from '../../../lib/microservices/moleculer.client.js';
import { MoleculerServer, type MoleculerServerOptions } from '../../../lib/microservices/moleculer.server.js';
import { ServiceBroker as Broker } from '../../../lib/broker/service-broker.js';
import type { MoleculerModuleOptions } from '../../../lib/options/moleculer-module-options.interface.js';

const OPTIONS = { abortOnError: false } as const;
/** Some handlers of the tests never end, and a stop waits for handlers. */
const PATIENCE = { tracking: { enabled: true, shutdownTimeout: 20 } };
/** A hook at the top of this file would be one of the first file alone: workers load fixtures once. */
const closeAfterTest = (app: { close(): Promise<unknown> }) =>
  onTestFinished(() => app.close().then(() => undefined));

export interface Hybrid {
  app: INestApplication;
  microservice: INestMicroservice;
  broker: ServiceBroker;
  client: MoleculerClient;
  server: MoleculerServer;
}

export interface HybridOptions {
  broker?: MoleculerModuleOptions;
  server?: MoleculerServerOptions;
  prepare?(app: INestApplication, server: MoleculerServer): void;
  providers?: Type[];
}

/** An HTTP application that is a node and serves patterns, not listening for HTTP; closed after the test. */
export async function hybrid(controllers: Type[], options: HybridOptions = {}): Promise<Hybrid> {
  const { providers = [] } = options;
  const imports = [MoleculerModule.forRoot({ ...PATIENCE, ...options.broker })];
  const app = await NestFactory.create({ module: class {}, imports, controllers, providers }, OPTIONS);
  closeAfterTest(app);
  const broker = app.get(Broker);
  const server = new MoleculerServer(broker, options.server);
  options.prepare?.(app, server);
  const microservice = app.connectMicroservice<MicroserviceOptions>(
    { strategy: server },
    { inheritAppConfig: true },
  );
  await app.startAllMicroservices();
  await app.init();
  return { app, microservice, broker, client: new MoleculerClient({ broker }), server };
}

/** An application that is nothing but a microservice with a broker of its own. */
export async function standalone(
  controllers: Type[],
  options: MoleculerModuleOptions = {},
  prepare?: (app: INestMicroservice) => void,
): Promise<{ app: INestMicroservice; broker: ServiceBroker }> {
  const strategy = new MoleculerServer({ ...PATIENCE, ...options });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(
    { module: class {}, controllers },
    { strategy, ...OPTIONS },
  );
  closeAfterTest(app);
  prepare?.(app);
  await app.listen();
  return { app, broker: strategy.unwrap() };
}
