import { Test } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';
import { MoleculerModule, ServiceBroker } from '../../../lib/index.js';
import { captureEvents, createBrokerStub } from '../../../lib/testing/index.js';
import { VirtualCluster } from '../cluster.fixture.js';
import { lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const start = lives(recordLogs());

describe('captured events', () => {
  it('are all that a broker sends, with or without listeners, to whichever groups', async () => {
    const { broker } = new VirtualCluster().node({ nodeID: 'here' });
    const events = captureEvents(broker);
    await broker.emit('user.created', { id: 1 }, { groups: 'mail', meta: { a: 1 }, headers: { h: 'x' } });
    await broker.broadcast('user.gone');
    await broker.broadcastLocal('cache.cleared');
    expect(events.all).toEqual([
      {
        event: 'user.created',
        payload: { id: 1 },
        kind: 'emit',
        groups: ['mail'],
        meta: { a: 1 },
        headers: { h: 'x' },
        sender: 'here',
      },
      expect.objectContaining({ event: 'user.gone', kind: 'broadcast', payload: null, groups: [] }),
      expect.objectContaining({ event: 'cache.cleared', kind: 'broadcastLocal' }),
    ]);
    expect(events.of('user.*').map(({ event }) => event)).toEqual(['user.created', 'user.gone']);
    expect(broker.registry.events()).toEqual([]);
    events.clear();
    expect(events.all).toEqual([]);
  });

  it('are those of the pattern, and none of refused events or of the broker itself', async () => {
    const app = await Test.createTestingModule({ imports: [MoleculerModule.forRoot()] }).compile();
    const [all, some] = [captureEvents(app), captureEvents(app, 'user.*')];
    await app.init();
    const broker = app.get(ServiceBroker);
    await broker.emit('order.created');
    await broker.emit('user.created');
    await expect(broker.emit('')).rejects.toThrow();
    expect(all.all.map(({ event }) => event)).toEqual(['order.created', 'user.created']);
    expect(some.all.map(({ event }) => event)).toEqual(['user.created']);
    await app.close();
  });

  it('end with stop, in whatever order captures stop; the broker is then as it was', async () => {
    const stub = createBrokerStub();
    const { broker } = new VirtualCluster().node();
    const [one, two] = [captureEvents(broker), captureEvents(broker)];
    one.stop();
    await broker.emit('a');
    two.stop();
    await broker.emit('b');
    expect([one.all.length, two.all.length]).toEqual([0, 1]);
    expect(Object.keys(broker.parts.events)).not.toContain('send');
    expect(stub.emitted).toEqual([]);
  });

  it('are awaited: each event is handed out once, whether it was sent before or comes later', async () => {
    const stub = createBrokerStub();
    const events = captureEvents(stub);
    await stub.emit('user.created', 1);
    const [first, second, other] = [
      events.next('user.created'),
      events.next('user.*'),
      events.next('order.paid'),
    ];
    await stub.emit('user.created', 2);
    await stub.emit('order.paid', 3);
    expect((await Promise.all([first, second, other])).map(({ payload }) => payload)).toEqual([1, 2, 3]);
    await expect(events.next('user.created', 1)).rejects.toThrow();
    expect(events.all).toHaveLength(3);
  });

  it('that do not come end in an error which says what came, at the line that waits', async () => {
    const stub = createBrokerStub();
    const events = captureEvents(stub);
    const message = (error: unknown) => (error as Error).message;
    expect(await events.next('user.created', 1).catch(message)).toBe(
      "No event 'user.created' was sent within 1 ms of real time. No event was sent at all.",
    );
    await stub.emit('user.create');
    await stub.emit('order.paid');
    await stub.emit('order.paid');
    const error = await events.next('user.created', 1).catch((thrown: unknown) => thrown as Error);
    expect(message(error)).toBe(
      "No event 'user.created' was sent within 1 ms of real time. Sent so far: 'user.create', 'order.paid' (2 times).",
    );
    expect((error as Error).stack).toMatch(/^Error: No event 'user\.created'[^]*captured-events\.spec/);
    const waiting = events.next('user.created');
    events.stop();
    await expect(waiting).rejects.toThrow(/stop\(\) ended the capture/);
    await expect(events.next('user.created')).rejects.toThrow(/stop\(\) ended the capture/);
  });

  it('of a cluster come once, from the node that sent them, however many receive them', async () => {
    const c = await start([node('one'), node('two')]);
    for (const nodeID of ['one', 'two']) c.broker(nodeID).events('user.*').subscribe();
    await c.cluster.advance(500);
    const events = captureEvents(c.cluster);
    await c.broker('one').broadcast('user.created');
    await c.cluster.advance(0);
    expect(c.got('two', 'EVENT')).toHaveLength(1);
    expect(events.all).toMatchObject([{ event: 'user.created', sender: 'one' }]);
  });
});
