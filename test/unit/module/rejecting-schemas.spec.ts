import { Test, type TestingModule } from '@nestjs/testing';
import * as v from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import * as mini from 'zod/mini';
import * as z3 from 'zod/v3';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';
import { unheard } from '../validators/unheard.fixture.js';

const apps: TestingModule[] = [];
const silent = () => undefined;
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

let clusters = 0;
async function node(nodeID: string, transporter: string): Promise<ServiceBroker> {
  const imports = [MoleculerModule.forRoot({ nodeID, transporter, registry: { stopDelay: 0 } })];
  const app = await Test.createTestingModule({ imports })
    .setLogger({ log: silent, warn: silent, error: silent })
    .compile();
  await app.init();
  apps.push(app);
  return app.get(ServiceBroker);
}

let asked: string[] = [];
/** A database that is down; of what it is asked for as `up` it knows. */
const inDatabase = async (id: string): Promise<boolean> => {
  asked.push(id);
  await new Promise((done) => setImmediate(done));
  if (id !== 'up') throw new Error('db down');
  return true;
};

/** Most ask twice at once: both are rejected, and zod waits for one alone. With each, what is asked of the first value. */
const SCHEMAS: Record<string, [() => object, string[]]> = {
  'zod 4': [() => z.object({ id: z.string().refine(inDatabase).refine(inDatabase) }), ['first', 'first']],
  'zod 4, by a plain function': [
    () => z.object({ id: z.string().refine((id) => inDatabase(id)), of: z.string().optional() }),
    ['first'],
  ],
  'zod/mini': [
    () => mini.object({ id: mini.string().check(mini.refine(inDatabase), mini.refine(inDatabase)) }),
    ['first', 'first'],
  ],
  'zod 3': [
    () => z3.object({ id: z3.string().refine(inDatabase), of: z3.string().default('x').refine(inDatabase) }),
    ['first', 'x'],
  ],
  valibot: [
    () =>
      v.objectAsync({
        id: v.pipeAsync(v.string(), v.checkAsync(inDatabase)),
        of: v.pipeAsync(v.optional(v.string(), 'x'), v.checkAsync(inDatabase)),
      }),
    ['first', 'x'],
  ],
};

describe.each(Object.entries(SCHEMAS))('a schema of %s that asks a database', (_, [schemaOf, questions]) => {
  const make = async () => {
    const transporter = `memory://rejecting-${++clusters}`;
    const own = await node('own', transporter);
    const other = await node('other', transporter);
    let handled = 0;
    await own.createService({
      name: 'users',
      actions: {
        get: { params: schemaOf(), handler: () => `user ${++handled}` },
        found: { returns: schemaOf(), handler: ({ params }) => params },
      },
      events: { 'user.seen': { params: schemaOf(), handler: () => void ++handled } },
    });
    await other.waitForServices('users');
    asked = [];
    return { own, other, handled: () => handled };
  };

  it.each(['own', 'other'] as const)(
    'rejects the first call of its %s node with what the database said',
    async (who) => {
      const brokers = await make();
      const lost = await unheard(async () => {
        for (const action of ['users.get', 'users.found']) {
          asked = [];
          await expect(brokers[who].call(action, { id: 'first' })).rejects.toThrow(/db down/);
          expect(asked).toEqual(questions);
          await expect(brokers[who].call(action, { id: 'second' })).rejects.toThrow(/db down/);
        }
      });
      expect(lost).toEqual([]);
      expect(brokers.handled()).toBe(0);
    },
  );

  it('fails the event’s handler, and others are told', async () => {
    const { own, handled } = await make();
    const failures: string[] = [];
    own.errors$.subscribe(({ error }) => failures.push((error as Error).message));
    const lost = await unheard(() => own.emit('user.seen', { id: 'first' }));
    expect([lost, failures, handled()]).toEqual([[], ['db down'], 0]);
  });
});

it('lives on: what the database knows is let through by the next call', async () => {
  const own = await node('own', `memory://rejecting-${++clusters}`);
  await own.createService({
    name: 'users',
    actions: {
      get: { params: z.object({ id: z.string().refine(inDatabase) }), handler: ({ params }) => params },
    },
  });
  asked = [];
  const lost = await unheard(async () => {
    await expect(own.call('users.get', { id: 'down' })).rejects.toThrow('db down');
    expect(await own.call('users.get', { id: 'up' })).toEqual({ id: 'up' });
  });
  expect([lost, asked]).toEqual([[], ['down', 'up']]);
});
