import { Catch, type INestApplicationContext, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientProxy,
  ClientProxyFactory,
  ClientsModule,
  type MicroserviceOptions,
  RpcException,
  Transport,
} from '@nestjs/microservices';
import { MoleculerModule, ServiceBroker } from 'nestjs-moleculer';
import { MoleculerClient, MoleculerServer } from 'nestjs-moleculer/microservices';
import { type Observable, throwError } from 'rxjs';
import { redisUrl } from '../support/redis.js';
import { appModule } from './nest-microservices-app.fixture.js';

interface Contender {
  title: string;
  start(name: string): Promise<{ server: INestMicroservice; client: ClientProxy; close(): Promise<void> }>;
}

function redisOptions() {
  const { hostname: host, port, password, username } = new URL(redisUrl());
  return {
    transport: Transport.REDIS as const,
    options: {
      host,
      port: Number(port || 6379),
      ...(password && { password: decodeURIComponent(password) }),
      ...(username && { username: decodeURIComponent(username) }),
    },
  };
}

@Catch(RpcException)
class GlobalFilter {
  catch(exception: RpcException): Observable<never> {
    return throwError(() => exception.getError());
  }
}

async function serve(name: string, options: MicroserviceOptions): Promise<INestMicroservice> {
  const server = await NestFactory.createMicroservice<MicroserviceOptions>(appModule(name), {
    ...options,
    logger: false,
    abortOnError: false,
  });
  server.useGlobalFilters(new GlobalFilter());
  await server.listen();
  return server;
}

/** The application over each of the two, and a client to it. */
export const CONTENDERS: Contender[] = [
  {
    title: '@nestjs/microservices over Redis',
    async start(name) {
      const redis = redisOptions();
      const server = await serve(name, { ...redis, options: { ...redis.options, wildcards: true } });
      const client = ClientProxyFactory.create(redisOptions());
      return {
        server,
        client,
        async close() {
          await client.close();
          await server.close();
        },
      };
    },
  },
  {
    title: 'nestjs-moleculer over Redis',
    async start(name) {
      const place = { namespace: name, transporter: redisUrl() };
      const tracking = { enabled: true, shutdownTimeout: 200 }; // one handler never ends
      const server = await serve(name, { strategy: new MoleculerServer({ ...place, tracking }) });
      @Module({
        imports: [
          MoleculerModule.forRoot(place),
          ClientsModule.registerAsync([
            {
              name: 'CLIENT',
              inject: [ServiceBroker],
              useFactory: (broker: ServiceBroker) => ({ customClass: MoleculerClient, options: { broker } }),
            },
          ]),
        ],
      })
      class ClientModule {}
      const app: INestApplicationContext = await NestFactory.createApplicationContext(ClientModule, {
        logger: false,
        abortOnError: false,
      });
      await app.get(ServiceBroker).waitForServices(name, 60_000);
      return {
        server,
        client: app.get<ClientProxy>('CLIENT'),
        async close() {
          await app.close();
          await server.close();
        },
      };
    },
  },
];
