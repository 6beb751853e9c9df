import { describe, expect, it } from 'vitest';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import type { Context } from '../../../lib/context/context.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { InjectService } from '../../../lib/decorators/inject-service.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';
import * as tokens from '../../../lib/moleculer.tokens.js';
import { Registry } from '../../../lib/registry/registry.js';
import { LoadBalanceStrategy } from '../../../lib/strategies/load-balance.strategy.js';
import { RoundRobinStrategy } from '../../../lib/strategies/round-robin.strategy.js';
import { eachApp, Greeter } from './module.fixture.js';

const start = eachApp();

describe('named brokers', () => {
  @Service({ name: 'second', broker: 'two' })
  class Second {
    constructor(
      @tokens.InjectBroker('two') readonly broker: ServiceBroker,
      @tokens.InjectBroker() readonly first: ServiceBroker,
      @InjectService('second', 'two') readonly self: { where(params: object): Promise<string> },
    ) {}
    @Action() where(_: object, ctx: Context) {
      return ctx.broker.nodeID;
    }
  }

  const imports = [
    MoleculerModule.forRoot({ nodeID: 'one' }),
    MoleculerModule.forRoot({ name: 'two', nodeID: 'two' }),
  ];

  it('serve what names them and have nothing in common with the default one', async () => {
    const started = await start({ imports, providers: [Second, Greeter] });
    const second = started.get(Second);
    expect([second.broker.nodeID, second.first.nodeID]).toEqual(['two', 'one']);
    expect(await second.self.where({})).toBe('two');
    await expect(second.first.call('second.where', {})).rejects.toThrow(/not found/);
    await expect(second.broker.call('greeter.hello', { name: 'Ada' })).rejects.toThrow(/not found/);
    expect(started.get(Registry)).toBe(second.first.registry);
  });

  it('are not touched by overriding a class, and the default one not by overriding a token', async () => {
    const mine = new RoundRobinStrategy();
    const byClass = await start({ imports }, (b) => b.overrideProvider(LoadBalanceStrategy).useValue(mine));
    expect(byClass.get(LoadBalanceStrategy)).toBe(mine);
    expect(byClass.get(tokens.getStrategyToken('two') as string)).not.toBe(mine);
    await byClass.close();
    const token = tokens.getStrategyToken('two');
    const byToken = await start({ imports }, (b) => b.overrideProvider(token).useValue(mine));
    expect(byToken.get(token as string)).toBe(mine);
    expect(byToken.get(LoadBalanceStrategy)).not.toBe(mine);
  });
});
