import { Logger } from '@nestjs/common';
import { describe, expect, it, vi } from 'vitest';
import { RequestTimeoutError } from '../../../lib/errors/request.error.js';
import { eachCluster } from '../cluster.fixture.js';
import { bare, HARD_TO_READ } from '../errors/thrown.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import { expectAllHeard } from '../unhandled.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();
expectAllHeard();

const throws = (error: unknown) => () => {
  throw error;
};
describe.each(HARD_TO_READ)('an action that fails with %s', (_what, thrown) => {
  const actions = {
    now: throws(thrown),
    later: async () => throws(thrown)(),
  };

  it.each(['now', 'later'])('is answered with an error: %s', async (name) => {
    const { broker: far } = await cluster().started({ nodeID: 'far' });
    await far.createService({ name: 's', actions });
    const { broker: near } = await cluster().started({ nodeID: 'near' });
    for (const broker of [far, near]) {
      const ended = broker.call(`s.${name}`, {}, { timeout: 5000 }).then(
        () => 'an answer',
        (error: unknown) => error,
      );
      const error = await cluster().until(ended);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(RequestTimeoutError);
    }
  });
});

it.each(['now', 'later'])('an error of an action that a logger breaks on is answered: %s', async (name) => {
  const { broker } = await cluster().started({ transporter: null });
  const fail = throws(new Error('x'));
  await broker.createService({ name: 's', actions: { now: fail, later: async () => fail() } });
  const broken = vi.spyOn(Logger.prototype, 'error').mockImplementation(throws(new Error('logger')));
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const ended = broker.call(`s.${name}`, {}, { timeout: 5000 }).catch((error: unknown) => error);
  const error = await cluster()
    .until(ended)
    .finally(() => [broken, said].forEach((spy) => spy.mockRestore()));
  expect((error as Error).message).toBe('x');
});

describe.each(HARD_TO_READ)('a listener that fails with %s', (_what, thrown) => {
  it.each(['now', 'later'])('is logged and told, and harms no other: %s', async (when) => {
    const { broker: far } = await cluster().started({ nodeID: 'far' });
    const { broker: near } = await cluster().started({ nodeID: 'near' });
    const fail = throws(thrown);
    const handler = when === 'now' ? fail : async () => fail();
    const heard: string[] = [];
    const told: unknown[] = [];
    for (const broker of [far, near]) {
      broker.errors$.subscribe(({ error }) => told.push(error));
      await broker.createService({ name: 'first', events: { tick: handler } });
      await broker.createService({ name: 'second', events: { tick: () => void heard.push(broker.nodeID) } });
    }
    await cluster().advance(200);
    await near.broadcast('tick');
    await cluster().advance(50);
    expect(heard.sort()).toEqual(['far', 'near']);
    expect(told).toHaveLength(2);
    expect(logs.texts('error').filter((text) => text.includes("event 'tick'"))).not.toEqual([]);
  });

  it('as a subscriber it is logged, and harms no other', async () => {
    const { broker: far, node } = await cluster().started({ nodeID: 'far' });
    const { broker: near } = await cluster().started({ nodeID: 'near' });
    await far.createService({ name: 's', actions: { hangs: () => new Promise(() => undefined) } });
    await cluster().advance(200);
    const heard: unknown[] = [];
    for (const stream of [near.events('tick'), near.errors$, near.registry.changes()]) {
      (stream as typeof near.errors$).subscribe(throws(thrown));
      (stream as typeof near.errors$).subscribe((one) => heard.push(one));
    }
    await near.createService({ name: 'fails', events: { tick: throws(new Error('x')) } });
    heard.length = 0;
    await near.emit('tick');
    expect(heard).toHaveLength(2);
    // Told after the subscribers: they must not keep it from whoever waits for the node.
    const ended = near.call('s.hangs').catch((error: Error) => error.name);
    await cluster().until(node.stop());
    expect(await cluster().until(ended)).toBe('RequestRejectedError');
    const lines = logs.texts('error').filter((text) => text.includes('subscriber'));
    expect(lines.length).toBeGreaterThanOrEqual(3);
  });
});

describe('a part of the user’s that throws what cannot be read', () => {
  const breaks = throws(bare);

  it('errorRegenerator: the default stands in', async () => {
    const errorRegenerator = { extractPlainError: breaks, restore: breaks };
    const { broker: far } = await cluster().started({ nodeID: 'far', errorRegenerator });
    const { broker: near } = await cluster().started({ nodeID: 'near', errorRegenerator });
    await far.createService({ name: 's', actions: { go: async () => throws(new Error('real'))() } });
    await cluster().advance(200);
    await expect(cluster().until(near.call('s.go'))).rejects.toThrow('real');
  });

  it('uidGenerator: ours serves', async () => {
    const { broker } = await cluster().started({ transporter: null, uidGenerator: breaks });
    await broker.createService({ name: 's', actions: { go: (ctx) => ctx.id } });
    expect(await broker.call('s.go')).toEqual(expect.any(String));
  });

  it.each(['now', 'later'])('toJSON of a result: the caller is told: %s', async (when) => {
    const { broker: far } = await cluster().started({ nodeID: 'far' });
    const { broker: near } = await cluster().started({ nodeID: 'near' });
    const result = { toJSON: breaks };
    const go = () => (when === 'now' ? result : Promise.resolve(result));
    await far.createService({ name: 's', actions: { go } });
    await cluster().advance(200);
    const refused = { type: 'INVALID_PACKET_DATA' };
    await expect(cluster().until(near.call('s.go'))).rejects.toMatchObject(refused);
    await expect(near.call('s.go', result)).rejects.toMatchObject(refused);
  });
});

describe('a part of the user’s that is async and must not be', () => {
  const rejects = () => Promise.reject(new Error('async'));

  it('errorRegenerator: the default stands in, and the log says why', async () => {
    const errorRegenerator = { extractPlainError: rejects, restore: rejects } as never;
    const { broker: far } = await cluster().started({ nodeID: 'far', errorRegenerator });
    const { broker: near } = await cluster().started({ nodeID: 'near', errorRegenerator });
    await far.createService({ name: 's', actions: { go: throws(new Error('real')) } });
    await cluster().advance(200);
    await expect(cluster().until(near.call('s.go'))).rejects.toThrow('real');
    const lines = logs.texts('error').filter((text) => text.startsWith('errorRegenerator failed'));
    expect(lines).toHaveLength(2);
  });

  it('uidGenerator: ours serves, and the log says why', async () => {
    const uidGenerator = rejects as never;
    const { broker } = await cluster().started({ transporter: null, uidGenerator });
    await broker.createService({ name: 's', actions: { go: (ctx) => ctx.id } });
    expect(await broker.call('s.go')).toEqual(expect.any(String));
    expect(logs.texts('error').join()).toContain('it gave a promise');
  });

  it.each([
    ['a promise', rejects],
    ['what is no endpoint', () => ({})],
  ])('a strategy that chooses %s: calls fail, and events say so', async (_what, select) => {
    const { broker } = await cluster().started({ nodeID: 'near' });
    Object.assign(broker.registry.picker, { standard: { select } });
    for (const nodeID of ['far', 'farther']) {
      const { broker: other } = await cluster().started({ nodeID });
      const tick = { group: 'all', handler: () => undefined };
      await other.createService({ name: 's', actions: { go: () => 1 }, events: { tick } });
    }
    await cluster().advance(200);
    const invalid = { type: 'INVALID_ENDPOINT' };
    await expect(broker.call('s.go')).rejects.toMatchObject(invalid);
    await expect(broker.emit('tick', 1, { throwError: true })).rejects.toMatchObject(invalid);
    expect(logs.texts('error').join()).toContain("Event 'tick' was not sent");
  });
});

it('a logger that throws breaks nothing off: not calls, events, services or the stop', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { broker: far, node } = await cluster().started({ nodeID: 'far' });
  const { broker: near } = await cluster().started({ nodeID: 'near' });
  const fails = throws(new Error('closed'));
  Logger.overrideLogger({ log: fails, warn: fails, error: fails });
  const heard: unknown[] = [];
  await far.createService({ name: 'a', actions: { go: fails }, events: { tick: async () => fails() } });
  await far.createService({ name: 'b', events: { tick: () => void heard.push(1) } });
  await cluster().advance(200);
  near.registry.changes().subscribe(fails);
  await expect(cluster().until(near.call('a.go'))).rejects.toThrow('closed');
  await near.emit('tick');
  await cluster().advance(50);
  expect(heard).toHaveLength(1);
  await cluster().until(node.stop());
  expect(near.registry.node('far')?.available).toBe(false);
  expect(said.mock.calls.flat().join('')).toContain("Action 'a.go' failed");
  Logger.overrideLogger(logs.logger);
  said.mockRestore();
});
