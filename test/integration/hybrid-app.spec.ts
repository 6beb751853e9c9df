import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  Scope,
  UseGuards,
} from '@nestjs/common';
import { NestFactory, REQUEST } from '@nestjs/core';
import {
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  Transport,
} from '@nestjs/microservices';
import {
  Action,
  Context,
  currentContext,
  Event,
  isMoleculerContext,
  MoleculerModule,
  ServiceBroker,
} from 'nestjs-moleculer';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { redisUrl, uniqueNamespace } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

/** What stands for the request in each world. */
@Injectable({ scope: Scope.REQUEST })
class Asked {
  constructor(@Inject(REQUEST) private readonly request: any) {}
  get how(): string {
    if (this.request instanceof Context) return `action for ${this.request.meta['user']}`;
    if (this.request.url !== undefined) return `HTTP ${this.request.url}`;
    return `message ${this.request.pattern}`;
  }
}

@Injectable()
class Doorkeeper implements CanActivate {
  constructor(private readonly asked: Asked) {}
  canActivate(context: ExecutionContext): boolean {
    const moleculer = isMoleculerContext(context);
    return !this.asked.how.includes('stranger') && moleculer === this.asked.how.startsWith('action');
  }
}

@Controller('ask')
@UseGuards(Doorkeeper)
class AskController {
  constructor(
    private readonly asked: Asked,
    private readonly broker: ServiceBroker,
  ) {}

  @Get()
  @MessagePattern('ask')
  @Action('how')
  how() {
    return { how: this.asked.how, ambient: currentContext() !== undefined };
  }

  @Get('nested')
  nested() {
    return this.broker.call('ask.how', {}, { meta: { user: 'gateway' } });
  }

  @Event('asked')
  @EventPattern('asked')
  onAsked(_data: object): void {
    heard.push(this.asked.how);
  }
}

const heard: string[] = [];
/** The cluster, for the application and for who calls it from outside. */
const place = () => ({ transporter: redisUrl(), namespace });
const namespace = uniqueNamespace('hybrid');

let app: Awaited<ReturnType<typeof NestFactory.create>>;
let outside: Awaited<ReturnType<typeof NestFactory.createApplicationContext>>;
let port: number;

beforeAll(async () => {
  const imports = [MoleculerModule.forRoot({ ambientContext: true, ...place() })];
  const providers = [Asked, Doorkeeper];
  class Root {}
  app = await NestFactory.create(
    { module: Root, imports, controllers: [AskController], providers },
    { logger: false },
  );
  port = await freePort();
  app.connectMicroservice<MicroserviceOptions>({
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port },
  });
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  class Outside {}
  outside = await NestFactory.createApplicationContext(
    { module: Outside, imports: [MoleculerModule.forRoot(place())] },
    { logger: false },
  );
  await outside.get(ServiceBroker).waitForServices('ask', 60_000);
});
afterAll(async () => {
  await app?.close();
  await outside?.close();
});

const messages = () =>
  ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });

it('a class serves HTTP, messages and actions, and each has its own request', async () => {
  const http = async (path: string): Promise<unknown> => (await fetch(`${await app.getUrl()}${path}`)).json();
  expect(await http('/ask')).toEqual({ how: 'HTTP /ask', ambient: false });
  const client = messages();
  expect(await firstValueFrom(client.send('ask', {}))).toEqual({ how: 'message ask', ambient: false });
  await client.close();
  for (const broker of [app.get(ServiceBroker), outside.get(ServiceBroker)]) {
    const of = (user: string) => broker.call('ask.how', {}, { meta: { user } });
    expect(await of('ada')).toEqual({ how: 'action for ada', ambient: true });
    await expect(of('stranger')).rejects.toMatchObject({ code: 403 });
  }
  expect(await http('/ask/nested')).toEqual({ how: 'action for gateway', ambient: true });
});

it('a class hears events of messages and of the cluster, each once', async () => {
  const client = messages();
  await lastValueFrom(client.emit('asked', {}), { defaultValue: null });
  await outside.get(ServiceBroker).emit('asked', {}, { meta: { user: 'ada' } });
  await waitUntil('both', () => heard.length >= 2);
  await client.close();
  // An answer of each wire: what was sent before it has arrived.
  await outside.get(ServiceBroker).call('ask.how', {}, { meta: { user: 'ada' } });
  expect(heard.sort()).toEqual(['action for ada', 'message asked']);
});
