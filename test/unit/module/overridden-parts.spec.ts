import { Injectable, type InjectionToken, Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import { NoCacher } from '../../../lib/cachers/no-cacher.js';
import { InjectService } from '../../../lib/decorators/inject-service.decorator.js';
import { ValidationError } from '../../../lib/errors/validation.error.js';
import { createIdentity, createRegistry, createTransit } from '../../../lib/moleculer.factories.js';
import { exportedTokens } from '../../../lib/moleculer.internal-tokens.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';
import * as tokens from '../../../lib/moleculer.tokens.js';
import type { MoleculerModuleOptions } from '../../../lib/options/moleculer-module-options.interface.js';
import { resolveOptions } from '../../../lib/options/resolve-options.js';
import { JsonSerializer } from '../../../lib/serializers/json.serializer.js';
import type { Endpoint } from '../../../lib/strategies/endpoint.js';
import { LoadBalanceStrategy } from '../../../lib/strategies/load-balance.strategy.js';
import { RoundRobinStrategy } from '../../../lib/strategies/round-robin.strategy.js';
import { counterIds } from '../../../lib/time/id-source.js';
import { SystemMachine } from '../../../lib/time/system-machine.js';
import { SystemScheduler } from '../../../lib/time/system-scheduler.js';
import { VirtualScheduler } from '../../../lib/time/virtual-scheduler.js';
import { MemoryTransporter } from '../../../lib/transporters/memory/memory.transporter.js';
import { Validator } from '../../../lib/validators/validator.js';
import { makeNode } from '../../support/node.js';
import { waitUntil } from '../../support/wait-until.js';

const HUB = { type: 'Memory', options: { hub: 'overridden-parts' } } as const;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(() => Logger.overrideLogger(false));
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Another node, with an action that says who it is. */
async function peer(nodeID: string, options: MoleculerModuleOptions = {}): Promise<void> {
  const { broker, node } = makeNode({
    transporter: HUB,
    nodeID,
    registry: { stopDelay: 0 },
    ...options,
  });
  closing.push(() => node.stop());
  const who = () => nodeID;
  await broker.createService({
    name: 'peer',
    actions: { who, own: { strategy: 'RoundRobin', handler: who } },
  });
  await node.start();
}

const bothSeen = (broker: ServiceBroker) =>
  waitUntil('two peers', () => broker.registry.nodes({ onlyAvailable: true }).length === 3);

class Last extends LoadBalanceStrategy {
  override select<E extends Endpoint>(endpoints: readonly E[]): E {
    return [...endpoints].sort((a, b) => (a.nodeID < b.nodeID ? -1 : 1)).at(-1)!;
  }
}

const refusing = new (class extends Validator {
  compile = () => () => {
    throw new ValidationError('nothing fits');
  };
})();

/** Parts of `createRegistry` and `createTransit`, made by hand as a test would. */
const hand = (options: MoleculerModuleOptions) => {
  const resolved = resolveOptions({ nodeID: 'me', ...options }, () => undefined);
  return {
    resolved,
    identity: createIdentity(resolved, counterIds(), new SystemMachine()),
    scheduler: new SystemScheduler(),
  };
};

type Start = (value: unknown, options?: MoleculerModuleOptions) => Promise<ServiceBroker>;
type Case = [part: string, token: (name?: string) => InjectionToken, shows: (start: Start) => Promise<void>];

/** Each shows an effect that only the overriding value can have. */
const cases: Case[] = [
  [
    'Registry',
    tokens.getRegistryToken,
    async (start) => {
      const { resolved, identity, scheduler } = hand({});
      const mine = createRegistry(resolved, identity, new RoundRobinStrategy(), scheduler, Math.random);
      const broker = await start(mine);
      await broker.createService({ name: 's', actions: { a: () => 1 } });
      expect(mine.action('s.a')?.local).not.toBeNull();
      mine.unregisterLocal('s');
      await expect(broker.call('s.a')).rejects.toThrow(/not available/);
    },
  ],
  [
    'Transit',
    tokens.getTransitToken,
    async (start) => {
      await peer('elsewhere', { namespace: 'other' });
      const { resolved, identity, scheduler } = hand({ namespace: 'other' });
      const transporter = new MemoryTransporter(HUB.options);
      const mine = createTransit(resolved, identity, transporter, new JsonSerializer(), scheduler);
      const broker = await start(mine, { transporter: HUB });
      expect(await broker.call('peer.who')).toBe('elsewhere');
    },
  ],
  [
    'Transporter',
    tokens.getTransporterToken,
    async (start) => {
      await peer('a');
      const broker = await start(new MemoryTransporter(HUB.options), { transporter: null });
      expect(await broker.call('peer.who')).toBe('a');
    },
  ],
  [
    'Serializer',
    tokens.getSerializerToken,
    async (start) => {
      const seen: string[] = [];
      class Noting extends JsonSerializer {
        override serialize(packet: object): string {
          const text = super.serialize(packet);
          seen.push(text);
          return text;
        }
        override deserialize(data: Buffer): object {
          const packet = super.deserialize(data) as { data?: unknown };
          return packet.data === 'a' ? { ...packet, data: 'as it was read' } : packet;
        }
      }
      await peer('a');
      const broker = await start(new Noting(), { transporter: HUB });
      expect(await broker.call('peer.who', { n: 1234 })).toBe('as it was read');
      expect(seen.filter((text) => text.includes('1234'))).toHaveLength(1);
    },
  ],
  [
    'LoadBalanceStrategy',
    tokens.getStrategyToken,
    async (start) => {
      await peer('a');
      await peer('b');
      const broker = await start(new Last(), { transporter: HUB });
      await bothSeen(broker);
      // The second action asks for a strategy of its own, in vain.
      for (const action of ['peer.who', 'peer.own']) {
        const answers = await Promise.all([1, 2, 3, 4].map(() => broker.call(action)));
        expect(answers).toEqual(['b', 'b', 'b', 'b']);
      }
    },
  ],
  [
    // Nothing is cached yet: what a user sees of it is `broker.cacher`.
    'Cacher',
    tokens.getCacherToken,
    async (start) => {
      const mine = new NoCacher();
      expect((await start(mine)).cacher).toBe(mine);
    },
  ],
  [
    'Validator',
    tokens.getValidatorToken,
    async (start) => {
      const broker = await start(refusing);
      await broker.createService({
        name: 's',
        actions: { a: { params: { any: 'any|optional' }, handler: () => 1 } },
      });
      await expect(broker.call('s.a', {})).rejects.toThrow('nothing fits');
    },
  ],
  [
    'MOLECULER_SCHEDULER',
    tokens.getSchedulerToken,
    async (start) => {
      const clock = new VirtualScheduler(5_000_000);
      const broker = await start(clock, { tracking: { enabled: false } });
      await broker.createService({ name: 's', actions: { never: () => new Promise(() => undefined) } });
      const call = broker.call('s.never', {}, { timeout: 60_000 });
      const outcome = expect(call).rejects.toMatchObject({ name: 'RequestTimeoutError' });
      await clock.advance(60_100);
      await outcome;
    },
  ],
  [
    'MOLECULER_RANDOM',
    tokens.getRandomToken,
    async (start) => {
      await peer('a');
      await peer('b');
      let next = 0;
      const broker = await start(() => next, { transporter: HUB, registry: { strategy: 'Random' } });
      await bothSeen(broker);
      const call = () => Promise.all([1, 2, 3].map(() => broker.call('peer.who')));
      const first = await call();
      next = 0.999;
      const last = await call();
      expect([new Set(first).size, new Set(last).size]).toEqual([1, 1]);
      expect(first[0]).not.toBe(last[0]);
    },
  ],
  [
    'MOLECULER_IDS',
    tokens.getIdsToken,
    async (start) => {
      let count = 0;
      const broker = await start(() => `mine-${++count}`);
      await broker.createService({ name: 's', actions: { id: (ctx) => ctx.id } });
      expect(await broker.call('s.id')).toBe(`mine-${count}`);
    },
  ],
  [
    'MOLECULER_MACHINE',
    tokens.getMachineToken,
    async (start) => {
      const machine = Object.assign(new SystemMachine(), { hostname: 'Somewhere', pid: 7 });
      const broker = await start(machine, { nodeID: null });
      expect(broker.nodeID).toMatch(/^somewhere-7-/);
      expect(broker.registry.nodes()[0].hostname).toBe('Somewhere');
    },
  ],
];

describe.each([
  ['the default broker', undefined],
  ['a named broker', 'two'],
])('%s uses what overrides', (_, name) => {
  it.each(cases)('%s', async (_part, token, shows) => {
    await shows(async (value, options = {}) => {
      const imports = [
        MoleculerModule.forRoot({ name, nodeID: 'me', registry: { stopDelay: 0 }, ...options }),
      ];
      const builder = Test.createTestingModule({ imports }).setLogger(false as never);
      const app = await builder.overrideProvider(token(name)).useValue(value).compile();
      closing.push(() => app.close());
      await app.init();
      const broker = app.get<ServiceBroker>(tokens.getBrokerToken(name));
      const awaited = options.transporter !== undefined ? ['peer'] : [];
      await broker.waitForServices(awaited, 30_000);
      return broker;
    });
  });

  it('every part that is exported, but for the broker, which is what uses them', () => {
    const shown = cases.map(([, token]) => token(name));
    expect(new Set([...shown, tokens.getBrokerToken(name)])).toEqual(new Set(exportedTokens(name)));
  });

  it('the broker: whoever injects it gets the stand-in', async () => {
    @Injectable()
    class User {
      constructor(
        @tokens.InjectBroker(name) readonly broker: ServiceBroker,
        @InjectService('any', name) readonly any: { thing(): Promise<unknown> },
      ) {}
    }
    const standIn = { call: () => Promise.resolve('stand-in') };
    const app = await Test.createTestingModule({
      imports: [MoleculerModule.forRoot({ name })],
      providers: [User],
    })
      .overrideProvider(tokens.getBrokerToken(name))
      .useValue(standIn)
      .compile();
    closing.push(() => app.close());
    await app.init();
    expect(await app.get(User).broker.call('any.thing')).toBe('stand-in');
    expect(await app.get(User).any.thing()).toBe('stand-in');
  });

  it('the transporter by null: this process alone, as the option says', async () => {
    const app = await Test.createTestingModule({
      imports: [MoleculerModule.forRoot({ name, transporter: 'redis://127.0.0.1:1' })],
    })
      .overrideProvider(tokens.getTransporterToken(name))
      .useValue(null)
      .compile();
    closing.push(() => app.close());
    await app.init();
    await app.get<ServiceBroker>(tokens.getBrokerToken(name)).ready;
  });
});
