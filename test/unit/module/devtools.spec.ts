import { Controller, Get, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { NestFactory, SerializedGraph } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Action, Event, InjectService, MoleculerModule, Service } from '../../../lib/index.js';
import { Transporter } from '../../../lib/transporters/transporter.js';

const happened: string[] = [];
beforeEach(() => void happened.splice(0));

/** Tells of whatever is done with it. */
class WatchedTransporter extends Transporter {
  constructor() {
    super();
    happened.push('transporter made');
  }
  connect(): Promise<void> {
    happened.push('connected');
    return Promise.resolve();
  }
  disconnect(): Promise<void> {
    return Promise.resolve();
  }
  subscribe(): Promise<void> {
    return Promise.resolve();
  }
  send(): void {}
  /** So the start waits for nobody. */
  override countSubscribers(): Promise<number> {
    return Promise.resolve(1);
  }
}

@Injectable()
class Store {
  constructor() {
    happened.push('store made');
  }
}

@Service({ name: 'users', version: 2 })
class UsersService implements OnModuleInit {
  constructor(
    private readonly store: Store,
    @InjectService('mail') readonly mail: unknown,
  ) {
    happened.push('service made');
  }
  onModuleInit(): void {
    happened.push('hook called');
  }
  @Action() get(): Store {
    return this.store;
  }
  @Action()
  @Action({ name: 'find' })
  list(): void {}
  @Event('user.*') onUser(): void {}
  @Event({ name: 'mail.sent', group: 'mail' }) onMail(): void {}
}

@Module({
  imports: [MoleculerModule.forRoot({ transporter: WatchedTransporter })],
  providers: [Store, UsersService],
})
class AppModule {}

interface Closing {
  close(): Promise<void>;
}
const apps: Closing[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

const OPTIONS = { logger: false, abortOnError: false } as const;

interface Entry {
  id: string;
  type: string;
  methodName: string;
  className: string;
  classNodeId: string;
  metadata: { key: string };
}

async function entriesWith(options: { snapshot?: boolean }): Promise<Entry[]> {
  const app = await NestFactory.createApplicationContext(AppModule, { ...OPTIONS, ...options });
  apps.push(app);
  const { entrypoints } = app.get(SerializedGraph).toJSON();
  return Object.values(entrypoints).flat() as unknown as Entry[];
}

describe('the graph of the devtools', () => {
  it('has an entry point for each action and event, in the form of message patterns', async () => {
    const entries = await entriesWith({ snapshot: true });
    expect(entries.map(({ methodName, metadata }) => [methodName, metadata])).toEqual([
      ['get', facts('v2.users.get', { service: 'v2.users' })],
      ['list', facts('v2.users.list', { service: 'v2.users' })],
      ['list', facts('v2.users.find', { service: 'v2.users' })],
      ['onUser', facts('user.*', { service: 'v2.users', group: 'users' }, true)],
      ['onMail', facts('mail.sent', { service: 'v2.users', group: 'mail' }, true)],
    ]);
    for (const { id, type, className, classNodeId, methodName } of entries) {
      expect({ id, type, className }).toEqual({
        id: `${classNodeId}_${methodName}`,
        type: 'microservice',
        className: 'UsersService',
      });
    }
    const { nodes } = (apps[0] as Closing & { get(token: unknown): SerializedGraph })
      .get(SerializedGraph)
      .toJSON();
    expect(nodes[entries[0].classNodeId].label).toBe('UsersService');
  });

  it('has none without a snapshot', async () => {
    expect(await entriesWith({})).toEqual([]);
  });
});

/** IDs are counted, and differ where applications do. */
const withoutIDs = ({ type, methodName, className, metadata }: Entry) => ({
  type,
  methodName,
  className,
  metadata,
});

function facts(key: string, extras: object, isEventHandler = false): object {
  return { key, transportId: 'moleculer', patterns: [key], isEventHandler, extras };
}

describe('preview mode', () => {
  it('touches nothing: no transporter, no handler, no hook; the graph has the classes and what leads into them', async () => {
    const running = await entriesWith({ snapshot: true });
    happened.splice(0);
    const app = await NestFactory.create(AppModule, { ...OPTIONS, preview: true, snapshot: true });
    apps.push(app);
    await app.init();
    expect(happened).toEqual([]);
    const { nodes, entrypoints } = app.get(SerializedGraph).toJSON();
    const entries = Object.values(entrypoints).flat() as unknown as Entry[];
    expect(entries.map(withoutIDs)).toEqual(running.map(withoutIDs));
    for (const { classNodeId } of entries) expect(nodes[classNodeId].label).toBe('UsersService');
    const labels = Object.values(nodes).map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(['UsersService', 'ServiceBroker', 'MoleculerModule']));
  });

  it('shows what Nest shows of its own: routes, and beside them actions, of controllers and of all brokers', async () => {
    @Controller('shop')
    class ShopController {
      constructor() {
        happened.push('controller made');
      }
      @Get() page(): void {}
      @Action() buy(): void {}
    }
    @Service({ name: 'audit', broker: 'second' })
    class AuditService {
      @Event('order.*') onOrder(): void {}
    }
    @Module({
      imports: [
        MoleculerModule.forRoot({ transporter: WatchedTransporter }),
        MoleculerModule.forRoot({ name: 'second' }),
      ],
      controllers: [ShopController],
      providers: [AuditService],
    })
    class ShopModule {}
    const app = await NestFactory.create(ShopModule, { ...OPTIONS, preview: true, snapshot: true });
    apps.push(app);
    await app.init();
    const { entrypoints } = app.get(SerializedGraph).toJSON();
    const entries = Object.values(entrypoints).flat() as unknown as Entry[];
    expect(
      entries.map(({ type, className, metadata: { key } }) => `${type} ${className} ${key}`).sort(),
    ).toEqual([
      'http-endpoint ShopController /shop',
      'microservice AuditService order.*',
      'microservice ShopController shop.buy',
    ]);
    expect(happened).toEqual([]);
  });

  it('draws nothing without a snapshot, and ends at nothing that could not start', async () => {
    @Service('doubled')
    class DoubledService {
      @Action('same') one(): void {}
      @Action('same') two(): void {}
    }
    const module = { module: class {}, imports: [MoleculerModule.forRoot()], providers: [DoubledService] };
    const options = { ...OPTIONS, preview: true };
    const app = await NestFactory.createApplicationContext(module, { ...options, snapshot: true });
    const plain = await NestFactory.createApplicationContext(AppModule, options);
    apps.push(app, plain);
    for (const one of [app, plain]) expect(one.get(SerializedGraph).toJSON().entrypoints).toEqual({});
  });

  it('reads no options: what forRootAsync would ask for is not asked', async () => {
    const moleculer = MoleculerModule.forRootAsync({
      useFactory: () => {
        happened.push('options made');
        return { nonsense: true } as object;
      },
    });
    apps.push(
      await NestFactory.createApplicationContext(
        { module: class {}, imports: [moleculer], providers: [Store, UsersService] },
        { ...OPTIONS, preview: true },
      ),
    );
    expect(happened).toEqual([]);
  });

  it('is no excuse: without it all of that happens', async () => {
    apps.push(await NestFactory.createApplicationContext(AppModule, OPTIONS));
    expect(happened).toEqual(
      expect.arrayContaining(['transporter made', 'store made', 'service made', 'hook called', 'connected']),
    );
  });
});
