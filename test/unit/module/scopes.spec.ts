import { Inject, Injectable, Module, Scope, UseGuards } from '@nestjs/common';
import type { CanActivate, Type } from '@nestjs/common';
import { ContextIdFactory } from '@nestjs/core';
import type { ContextId, HostComponentInfo } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import {
  Action,
  Context,
  CONTEXT,
  currentContext,
  Event,
  getBrokerToken,
  InjectBroker,
  InjectService,
  MoleculerModule,
  type MoleculerModuleOptions,
  Service,
  ServiceBroker,
  type ServiceClient,
} from 'nestjs-moleculer';
import { afterEach, describe, expect, it } from 'vitest';
import { waitUntil } from '../../support/wait-until.js';

/** What fails here fails on purpose. */
const silent = { log: () => {}, warn: () => {}, error: () => {} };
const apps: TestingModule[] = [];
afterEach(async () => {
  ContextIdFactory.apply(null as never);
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

let hubs = 0;
const newHub = () => ({ transporter: `memory://scopes-${process.pid}-${++hubs}` });

async function start(options: MoleculerModuleOptions, providers: Type[], more: any[] = []) {
  const imports = [MoleculerModule.forRoot({ registry: { stopDelay: 0 }, ...options }), ...more];
  const compiled = await Test.createTestingModule({ imports, providers }).setLogger(silent).compile();
  apps.push(await compiled.init());
  return compiled;
}

@Injectable({ scope: Scope.REQUEST })
class Who {
  constructor(@Inject(CONTEXT) readonly ctx: Context) {}
}

/** Lets those in whose name stands in meta; request-scoped by what it needs. */
@Injectable()
class Named implements CanActivate {
  constructor(private readonly who: Who) {}
  canActivate() {
    return this.who.ctx.meta['user'] !== undefined;
  }
}

@Service('desk')
class Desk {
  constructor(private readonly who: Who) {}
  @Action() @UseGuards(Named) ask() {
    const { ctx } = this.who;
    return [ctx.meta['user'], ctx.caller, ctx.level];
  }
  @Event('rung') onRung() {
    const { ctx } = this.who;
    ctx.meta['heard'].push([ctx.eventName, ctx.params]);
  }
}

@Service('door')
class Door {
  constructor(@InjectService('desk') private readonly desk: ServiceClient<Desk>) {}
  @Action() async knock(_: object, ctx: Context) {
    return (await this.desk.ask({})) ?? ctx;
  }
}

describe('request scope in an app', () => {
  it('has the Context in actions, guards and events', async () => {
    const broker = (await start({}, [Desk, Who])).get(ServiceBroker);
    expect(await broker.call('desk.ask', {}, { meta: { user: 'ada' } })).toEqual(['ada', null, 1]);
    await expect(broker.call('desk.ask')).rejects.toMatchObject({ code: 403 });
    const heard: unknown[] = [];
    await broker.emit('rung', { times: 2 }, { meta: { heard } });
    expect(heard).toEqual([['rung', { times: 2 }]]);
  });

  it('keeps what cannot be made of an event handler from nobody', async () => {
    @Service({ name: 's', scope: Scope.REQUEST })
    class Broken {
      constructor() {
        throw new Error('no database');
      }
      @Event('made') onMade() {}
      @Action() go() {}
    }
    const broker = (await start({}, [Broken])).get(ServiceBroker);
    const failures: string[] = [];
    broker.errors$.subscribe(({ error, event }) => failures.push(`${event}: ${error.message}`));
    await broker.emit('made');
    const text = 'Broken.onMade: the instance for this call could not be made: no database';
    expect(failures).toEqual([`made: ${text}`]);
    await expect(broker.call('s.go')).rejects.toMatchObject({
      type: 'INSTANCE_NOT_MADE',
      data: { action: 's.go', nodeID: broker.nodeID },
    });
  });

  it('gives callers on other nodes the same error, and a call its time limit while an instance is made', async () => {
    @Injectable()
    class Never {}
    const never = {
      provide: Never,
      scope: Scope.REQUEST,
      inject: [CONTEXT],
      useFactory: (ctx: Context) => {
        if (ctx.meta['fail']) throw new TypeError('no pool');
        return new Promise(() => undefined);
      },
    };
    @Service('s')
    class Stuck {
      constructor(readonly never: Never) {}
      @Action() go() {}
    }
    const hub = newHub();
    await start({ ...hub, nodeID: 'server', tracking: { enabled: false } }, [Stuck, never as never]);
    const broker = (await start({ ...hub, nodeID: 'client' }, [])).get(ServiceBroker);
    await broker.waitForServices('s');
    await expect(broker.call('s.go', {}, { meta: { fail: true } })).rejects.toMatchObject({
      name: 'MoleculerError',
      code: 500,
      type: 'INSTANCE_NOT_MADE',
      message: 'Stuck.go: the instance for this call could not be made: no pool',
      nodeID: 'server',
    });
    await expect(broker.call('s.go', {}, { timeout: 30 })).rejects.toMatchObject({ code: 504 });
  });

  it('keeps durable instances by the tenant in meta, wherever the call comes from', async () => {
    const trees = new Map<string, ContextId>();
    ContextIdFactory.apply({
      attach(contextId: ContextId, request: any) {
        const tenant: string = request.meta.tenant;
        if (!trees.has(tenant)) trees.set(tenant, ContextIdFactory.create());
        return {
          resolve: (info: HostComponentInfo) => (info.isTreeDurable ? trees.get(tenant)! : contextId),
          payload: { tenant },
        };
      },
    });
    let pools = 0;
    @Injectable({ scope: Scope.REQUEST, durable: true })
    class Pool {
      readonly number = ++pools;
      constructor(@Inject(CONTEXT) readonly tenant: { tenant: string }) {}
    }
    @Service('data')
    class Data {
      constructor(private readonly pool: Pool) {}
      @Action() where() {
        return [this.pool.tenant.tenant, this.pool.number];
      }
    }
    const hub = newHub();
    const here = await start({ ...hub, nodeID: 'server' }, [Data, Pool]);
    const there = await start({ ...hub, nodeID: 'client' }, []);
    const brokers = [here.get(ServiceBroker), there.get(ServiceBroker)];
    await brokers[1]!.waitForServices('data');
    const answers = [];
    for (const tenant of ['red', 'blue', 'red']) {
      for (const broker of brokers) answers.push(await broker.call('data.where', {}, { meta: { tenant } }));
    }
    const [red, blue] = [
      ['red', 1],
      ['blue', 2],
    ];
    expect(answers).toEqual([red, red, blue, blue, red, red]);
  });
});

describe('ambientContext in an app', () => {
  it.each([
    [true, ['ada', 'door', 2]],
    [false, null],
  ])('%s: clients in handlers', async (ambientContext, expected) => {
    const broker = (await start({ ambientContext }, [Desk, Door, Who])).get(ServiceBroker);
    const knocking = broker.call('door.knock', {}, { meta: { user: 'ada' } });
    if (expected === null) await expect(knocking).rejects.toMatchObject({ code: 403 });
    else expect(await knocking).toEqual(expected);
  });

  it('is there when an instance of the call is made, and in its enhancers', async () => {
    const seen: unknown[] = [];
    class Guard implements CanActivate {
      canActivate = (context: any) => seen.push(currentContext() === context.switchToRpc().getContext()) > 0;
    }
    @Service({ name: 's', scope: Scope.REQUEST })
    class S {
      constructor(@Inject(CONTEXT) ctx: Context) {
        seen.push(currentContext() === ctx);
      }
      @Action() @UseGuards(Guard) go(_: object, ctx: Context) {
        seen.push(currentContext() === ctx);
      }
    }
    const broker = (await start({ ambientContext: true }, [S])).get(ServiceBroker);
    await broker.call('s.go');
    expect(seen).toEqual([true, true, true]);
  });
});

describe('two brokers in one app', () => {
  it('each have their services, their contexts, and request-scoped providers in common', async () => {
    @Service({ name: 'desk', broker: 'two' })
    class OtherDesk {
      constructor(
        private readonly who: Who,
        private readonly one: ServiceBroker,
        @InjectBroker('two') private readonly two: ServiceBroker,
      ) {}
      @Action() async ask() {
        const { ctx } = this.who;
        const meta = { user: 'through two' };
        return {
          here: [ctx.broker === this.two, ctx.meta['user'], currentContext() === ctx],
          there: await this.one.call('desk.ask', {}, { meta }),
          child: await this.two.call('desk.level'),
        };
      }
      @Action() level() {
        return this.who.ctx.level;
      }
    }
    const two = MoleculerModule.forRoot({ name: 'two', ambientContext: true });
    const app = await start({ ambientContext: true }, [Desk, OtherDesk, Who], [two]);
    const broker = app.get<ServiceBroker>(getBrokerToken('two') as string);
    expect(await broker.call('desk.ask', {}, { meta: { user: 'ada' } })).toEqual({
      here: [true, 'ada', true],
      there: ['through two', null, 1],
      child: 2,
    });
    await expect(app.get(ServiceBroker).call('desk.level')).rejects.toMatchObject({ code: 404 });
  });
});

describe('two apps in one process', () => {
  it('serve each other and share nothing, the same classes or not', async () => {
    let made = 0;
    @Service('count')
    class Count {
      readonly own = ++made;
      constructor(
        private readonly who: Who,
        private readonly broker: ServiceBroker,
      ) {}
      @Action() ask() {
        return [this.broker.nodeID, this.who.ctx.nodeID, currentContext()?.broker === this.broker];
      }
    }
    @Module({ providers: [Count, Who], exports: [Count] })
    class Shared {}
    const hub = { ...newHub(), ambientContext: true };
    const [one, two] = [
      await start({ ...hub, nodeID: 'one' }, [], [Shared]),
      await start({ ...hub, nodeID: 'two' }, [], [Shared]),
    ];
    const brokers = [one.get(ServiceBroker), two.get(ServiceBroker)];
    const known = (broker: ServiceBroker, nodeID: string) =>
      waitUntil(`${nodeID} is known`, () =>
        broker.call('count.ask', {}, { nodeID }).then(
          () => true,
          () => false,
        ),
      );
    await Promise.all([known(brokers[0]!, 'two'), known(brokers[1]!, 'one')]);
    for (const broker of brokers) {
      for (const nodeID of ['one', 'two']) {
        expect(await broker.call('count.ask', {}, { nodeID })).toEqual([nodeID, broker.nodeID, true]);
      }
    }
    await one.close();
    await expect(brokers[1]!.call('count.ask', {}, { nodeID: 'one' })).rejects.toMatchObject({ code: 404 });
    expect(await brokers[1]!.call('count.ask')).toEqual(['two', 'two', true]);
  });
});
