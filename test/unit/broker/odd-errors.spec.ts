import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

recordLogs();
const cluster = eachCluster();

const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);
beforeEach(() => process.on('unhandledRejection', note));
afterEach(() => {
  process.off('unhandledRejection', note);
  expect(unhandled.splice(0)).toEqual([]);
});

const throws = (error: unknown) => () => {
  throw error;
};
/** Even the error that tells of the failure cannot be read. */
const unreadable = new Proxy(new Error('hidden'), { get: throws(Object.create(null)) });

describe.each([
  ['undefined', undefined],
  ['null', null],
  ['a symbol', Symbol('s')],
  ['an object without a prototype', Object.create(null)],
  ['a frozen error', Object.freeze(new Error('ice'))],
  ['an error whose message is no text', Object.assign(new Error('x'), { message: Symbol('m') })],
  ['what cannot be read', unreadable],
])('an action that fails with %s', (_what, thrown) => {
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
      expect((error as Error).name).not.toBe('RequestTimeoutError');
    }
  });
});

it.each(['now', 'later'])('an error of an action that a logger breaks on is answered: %s', async (name) => {
  const { broker } = await cluster().started({ transporter: null });
  const fail = throws(new Error('x'));
  await broker.createService({ name: 's', actions: { now: fail, later: async () => fail() } });
  const broken = vi.spyOn(Logger.prototype, 'error').mockImplementation(throws(new Error('logger')));
  const ended = broker.call(`s.${name}`, {}, { timeout: 5000 }).catch((error: unknown) => error);
  const error = await cluster()
    .until(ended)
    .finally(() => broken.mockRestore());
  expect((error as Error).message).toBe('x');
});
