import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, expect, it } from 'vitest';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Event } from '../../../lib/decorators/event.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';
import { waitUntil } from '../../support/wait-until.js';
import { recordLogs } from '../logs.fixture.js';

recordLogs();

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const broker = (nodeID: string) =>
  MoleculerModule.forRoot({
    nodeID,
    transporter: 'memory://closing-hooks',
    registry: { stopDelay: 0 },
  });

@Service('far')
class Far {
  readonly heard: unknown[] = [];
  @Action() async hello({ from }: { from: string }) {
    return `far to ${from}`;
  }
  @Event('goodbye') onGoodbye(payload: unknown) {
    this.heard.push(payload);
  }
}

@Service('near')
class Near {
  @Action() async hello({ from }: { from: string }) {
    return `near to ${from}`;
  }
}

/** Somebody else's provider, which has something to say while the app closes. */
@Injectable()
class Farewell {
  readonly answers: unknown[] = [];
  constructor(private readonly broker: ServiceBroker) {}

  onModuleDestroy = () => this.say('onModuleDestroy');
  beforeApplicationShutdown = () => this.say('beforeApplicationShutdown');

  private async say(from: string): Promise<void> {
    this.answers.push(
      await this.broker.call('far.hello', { from }),
      await this.broker.call('near.hello', { from }),
    );
    await this.broker.emit('goodbye', from);
  }
}

@Module({ providers: [Farewell] })
class FarewellModule {}

it.each([
  ['before', [FarewellModule, broker('near')]],
  ['after', [broker('near'), FarewellModule]],
])('a module imported %s this one calls and emits in its closing hooks', async (_, imports) => {
  const far = await Test.createTestingModule({ imports: [broker('far')], providers: [Far] }).compile();
  closing.push(() => far.close());
  await far.init();
  const near = await Test.createTestingModule({ imports, providers: [Near] }).compile();
  await near.init();
  const ours = near.get(ServiceBroker);
  await ours.waitForServices('far', 30_000);
  await near.close();

  const hooks = ['onModuleDestroy', 'beforeApplicationShutdown'];
  expect(near.get(Farewell, { strict: false }).answers).toEqual(
    hooks.flatMap((hook) => [`far to ${hook}`, `near to ${hook}`]),
  );
  await waitUntil('both events', () => far.get(Far).heard.length >= 2);
  expect(far.get(Far).heard).toEqual(hooks);
  // From our own onApplicationShutdown on there is no way out.
  await expect(ours.call('far.hello', { from: 'the end' })).rejects.toMatchObject({ code: 502 });
});
