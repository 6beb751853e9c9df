import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { BrokerOptionsError } from '../../../lib/errors/broker.error.js';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';
import { MOLECULER_MACHINE, MOLECULER_SCHEDULER } from '../../../lib/moleculer.tokens.js';
import type { MoleculerModuleOptions } from '../../../lib/options/moleculer-module-options.interface.js';
import { SystemMachine } from '../../../lib/time/system-machine.js';
import { Transporter } from '../../../lib/transporters/transporter.js';
import { VirtualScheduler } from '../../../lib/time/virtual-scheduler.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

@Service('greeter')
class Greeter {
  @Action() hello() {
    return 'Hello';
  }
}

describe('MoleculerModule without forRoot()', () => {
  it('is an error: nothing would be served', async () => {
    const start = Test.createTestingModule({ imports: [MoleculerModule], providers: [Greeter] }).compile();
    const error: unknown = await start.catch((e: unknown) => e);
    expect(error).toBeInstanceOf(BrokerOptionsError);
    expect((error as Error).message).toMatch(/without forRoot\(\).*Import MoleculerModule\.forRoot/);
  });

  it('is one in a feature module too, where it would be another, bare module', async () => {
    @Module({ imports: [MoleculerModule], providers: [Greeter] })
    class Feature {}
    const start = Test.createTestingModule({ imports: [MoleculerModule.forRoot(), Feature] }).compile();
    await expect(start).rejects.toThrow(/without forRoot/);
  });
});

describe('a process that does not handle SIGTERM', () => {
  /** What is warned of within a minute after the start. */
  async function warnings(handles: boolean, options: MoleculerModuleOptions, providers = [Greeter]) {
    const scheduler = new VirtualScheduler();
    class Process extends SystemMachine {
      override cpu = () => Promise.resolve(1);
      override handlesSignals = () => handles;
    }
    const texts: string[] = [];
    const none = () => undefined;
    const app = await Test.createTestingModule({ imports: [MoleculerModule.forRoot(options)], providers })
      .overrideProvider(MOLECULER_SCHEDULER)
      .useValue(scheduler)
      .overrideProvider(MOLECULER_MACHINE)
      .useValue(new Process())
      .setLogger({ log: none, error: none, debug: none, warn: (text: string) => texts.push(text) })
      .compile();
    const moved = async <T>(promise: Promise<T>): Promise<T> => {
      let settled = false;
      void promise.finally(() => (settled = true));
      while (!settled) await scheduler.advance(20);
      return promise;
    };
    await moved(app.init());
    await scheduler.advance(60_000);
    await moved(app.close());
    expect(scheduler.pending).toBe(0);
    return texts;
  }

  /** A wire that goes out of the process, with nobody at the other end. */
  class Wire extends Transporter {
    connect = () => Promise.resolve();
    disconnect = () => Promise.resolve();
    subscribe = () => Promise.resolve();
    send = () => undefined;
  }
  const wired = (): MoleculerModuleOptions => ({ transporter: new Wire() });

  it('is told once what its end would be to the cluster, and the remedy', async () => {
    expect(await warnings(false, { ...wired(), heartbeatTimeout: 20 })).toEqual([
      expect.stringMatching(/does not handle SIGTERM.*for 20 s\. Call app\.enableShutdownHooks\(\)/),
    ]);
  });

  it('is not where it does, serves nothing, or nobody is left behind', async () => {
    expect(await warnings(true, wired())).toEqual([]);
    expect(await warnings(false, wired(), [])).toEqual([]);
    expect(await warnings(false, {})).toEqual([]);
    expect(await warnings(false, { transporter: 'memory://signals' })).toEqual([]);
  });

  it('is known by its listeners', () => {
    const machine = new SystemMachine();
    const before = machine.handlesSignals();
    const listener = () => undefined;
    process.on('SIGTERM', listener);
    expect(machine.handlesSignals()).toBe(true);
    process.off('SIGTERM', listener);
    expect(machine.handlesSignals()).toBe(before);
  });
});

describe('an event before app.init()', () => {
  async function started(warned: string[]) {
    const none = () => undefined;
    const app = await Test.createTestingModule({ imports: [MoleculerModule.forRoot()], providers: [Greeter] })
      .setLogger({ log: none, error: none, debug: none, warn: (text: string) => warned.push(text) })
      .compile();
    closing.push(() => app.close());
    return app;
  }

  it('resolves, and a warning tells once that nobody could hear it', async () => {
    const warned: string[] = [];
    const broker = (await started(warned)).get(ServiceBroker);
    await broker.emit('user.created', { id: 1 });
    await broker.broadcast('user.created', { id: 2 });
    expect(warned).toEqual([expect.stringMatching(/^Event 'user\.created' was sent before .*app\.init\(\)/)]);
  });

  it('is nothing to warn of afterwards, when nobody listens', async () => {
    const warned: string[] = [];
    const app = await started(warned);
    await app.init();
    await app.get(ServiceBroker).emit('user.created', { id: 1 });
    expect(warned).toEqual([]);
  });
});
