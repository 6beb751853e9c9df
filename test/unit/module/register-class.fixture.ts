import { Injectable, UseGuards } from '@nestjs/common';
import type { CanActivate } from '@nestjs/common';
import { LazyModuleLoader, ModuleRef } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { afterEach } from 'vitest';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';

/** Whose ModuleRef is that of the root module. */
@Injectable()
class Home {
  constructor(readonly ref: ModuleRef) {}
}

export interface Started {
  broker: ServiceBroker;
  lazy(module: new () => unknown): Promise<ModuleRef>;
  create<T>(type: new (...args: any[]) => T): Promise<T>;
}

/** Starts applications for tests, each closed after its test. */
export function eachApp() {
  let app: TestingModule | undefined;
  const close = async (): Promise<void> => {
    await app?.close();
    app = undefined;
  };
  afterEach(close);
  const home = (): ModuleRef => app!.get(Home).ref;

  async function start(metadata: Parameters<typeof Test.createTestingModule>[0] = {}): Promise<Started> {
    const imports = [MoleculerModule.forRoot(), ...(metadata.imports ?? [])];
    const providers = [Home, ...(metadata.providers ?? [])];
    const builder = Test.createTestingModule({ ...metadata, imports, providers }).setLogger(false as never);
    app = await (await builder.compile()).init();
    const started = app;
    return {
      broker: started.get(ServiceBroker),
      lazy: (module) => started.get(LazyModuleLoader).load(() => module),
      create: (type) => home().create(type),
    };
  }

  return { start, home, close, app: (): TestingModule => app! };
}

@Injectable()
export class Names {
  readonly greeting = 'Hello';
}

@Injectable()
class OnlyAda implements CanActivate {
  constructor(readonly names: Names) {}
  canActivate(context: any) {
    return context.switchToRpc().getData().name === 'Ada' && this.names.greeting === 'Hello';
  }
}

@Service('greeter')
export class Greeter {
  constructor(readonly names: Names) {}
  @Action() @UseGuards(OnlyAda) hello(params: { name: string }) {
    return `${this.names.greeting} ${params.name}`;
  }
}
