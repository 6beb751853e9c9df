import { Logger } from '@nestjs/common';
import { describe, expect, it, vi } from 'vitest';
import type { EventFailure } from '../../../lib/broker/event-failures.js';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();

const failing = (name: string, handler: () => unknown) => ({ name, events: { tick: handler } });
const throws = (error: unknown) => () => {
  throw error;
};

async function watched(options: object = {}) {
  const node = await cluster().started({ transporter: null, ...options });
  const failures: EventFailure[] = [];
  let completed = false;
  node.broker.errors$.subscribe({
    next: (failure) => failures.push(failure),
    complete: () => (completed = true),
  });
  return { ...node, failures, completed: () => completed };
}

describe('errors$', () => {
  it('tells of each error of an event handler, with event, service and context; the log does, too', async () => {
    const { broker, failures } = await watched();
    const [now, later] = [new Error('now'), new Error('later')];
    await broker.createService(failing('a', throws(now)));
    await broker.createService(failing('b', async () => throws(later)()));
    await broker.createService({ name: 'c', actions: { go: throws(new Error('of an action')) } });
    await broker.emit('tick', { n: 1 });
    await broker.call('c.go').catch(() => undefined);
    expect(failures).toEqual([
      { error: now, event: 'tick', service: 'a', ctx: expect.objectContaining({ params: { n: 1 } }) },
      { error: later, event: 'tick', service: 'b', ctx: expect.objectContaining({ params: { n: 1 } }) },
    ]);
    expect(logs.texts('error').filter((text) => text.includes("event 'tick'"))).toHaveLength(2);
  });

  it('tells of every one, also of an error object that was thrown before', async () => {
    const { broker, failures } = await watched();
    await broker.createService(failing('a', throws(new Error('the same'))));
    await broker.emit('tick');
    await broker.emit('tick');
    expect(failures).toHaveLength(2);
  });

  it('is not told what errorHandler takes; gets what that throws', async () => {
    const errorHandler = (error: Error) => {
      if (error.message === 'taken') return;
      throw new Error(`not ${error.message}`);
    };
    const { broker, failures } = await watched({ errorHandler });
    await broker.createService(failing('a', throws(new Error('taken'))));
    await broker.createService(failing('b', throws(new Error('mine'))));
    await broker.emit('tick');
    expect(failures.map(({ error }) => error.message)).toEqual(['not mine']);
    expect(logs.texts('error')).toHaveLength(1);
  });

  it('tells of events of other nodes', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    const { broker } = await c.started({ nodeID: 'me' });
    const failures: EventFailure[] = [];
    broker.errors$.subscribe((failure) => failures.push(failure));
    await broker.createService(failing('a', async () => throws(new Error('far'))()));
    peer.send('EVENT', 'me', { id: 'e', event: 'tick', data: 1, broadcast: false });
    await c.settle();
    expect(failures).toMatchObject([{ error: { message: 'far' }, event: 'tick', service: 'a' }]);
  });

  it('completes at shutdown', async () => {
    const { node, completed } = await watched();
    await node.stop();
    expect(completed()).toBe(true);
  });
});

describe('an error of an event handler ends nothing', () => {
  const unreadable = new Proxy(new Error('hidden'), {
    get: () => {
      throw new Error('do not look');
    },
  });

  it.each([
    ['undefined', undefined],
    ['a text', 'text'],
    ['what cannot be read', unreadable],
    ['an error without a message', Object.assign(new Error(), { message: undefined, stack: undefined })],
  ])('when %s is thrown', async (_, thrown) => {
    const { broker, failures } = await watched();
    await broker.createService(failing('a', throws(thrown)));
    await broker.createService(failing('b', async () => throws(thrown)()));
    await broker.emit('tick');
    expect(failures.map(({ error }) => error)).toEqual([expect.any(Error), expect.any(Error)]);
  });

  it('when a subscriber of errors$ throws: it is logged, and others hear', async () => {
    const { broker, failures } = await watched();
    broker.errors$.subscribe(throws(new Error('bad subscriber')));
    await broker.createService(failing('a', throws(new Error('x'))));
    await broker.emit('tick');
    await broker.emit('tick');
    expect(failures).toHaveLength(2);
    expect(logs.texts('error')).toContain('A subscriber of errors$ failed');
  });

  it('when the logger throws', async () => {
    const { broker, failures } = await watched();
    await broker.createService(failing('a', async () => throws(new Error('x'))()));
    const broken = vi.spyOn(Logger.prototype, 'error').mockImplementation(throws(new Error('logger')));
    await broker.emit('tick').finally(() => broken.mockRestore());
    expect(failures).toHaveLength(1);
  });
});
