import { Logger } from '@nestjs/common';
import { describe, expect, it, vi } from 'vitest';
import { NodeIDConflictError } from '../../../lib/errors/broker.error.js';
import { VirtualScheduler } from '../../../lib/time/virtual-scheduler.js';
import { Connection } from '../../../lib/transit/connection.js';
import { Transporter } from '../../../lib/transporters/transporter.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();

class FakeTransporter extends Transporter {
  override readonly name = 'Fake';

  connect = vi.fn(() => Promise.resolve());
  disconnect = vi.fn(() => Promise.resolve());
  subscribe = vi.fn(() => Promise.resolve());
  send = vi.fn();
}

function makeConnection({ disableReconnect = false } = {}) {
  const scheduler = new VirtualScheduler();
  const transporter = new FakeTransporter();
  const owner = { joined: vi.fn((_reconnect: boolean) => Promise.resolve()), lost: vi.fn() };
  const connection = new Connection(transporter, owner, scheduler, disableReconnect, new Logger('test'));
  return { scheduler, transporter, owner, connection };
}

describe('the connection', () => {
  it('joins when the transporter has connected, and again when it is back', async () => {
    const { connection, owner, scheduler } = makeConnection();
    connection.open();
    await scheduler.advance(0);
    expect(owner.joined.mock.calls).toEqual([[false]]);
    connection.down(new Error('cut'));
    expect(owner.lost).toHaveBeenCalledTimes(1);
    expect(connection.reason).toBe('cut');
    connection.up();
    await scheduler.advance(0);
    expect(owner.joined.mock.calls).toEqual([[false], [true]]);
    expect(connection.reason).toBeUndefined();
    expect(scheduler.pending).toBe(0);
  });

  it('tries again every 5 s after a connect that failed, and says so once a reason', async () => {
    const { connection, owner, transporter, scheduler } = makeConnection();
    transporter.connect.mockRejectedValue(new Error('refused'));
    connection.open();
    await scheduler.advance(4999);
    expect(transporter.connect).toHaveBeenCalledTimes(1);
    await scheduler.advance(10_001);
    expect(transporter.connect).toHaveBeenCalledTimes(4);
    expect(logs.texts()).toEqual([expect.stringContaining('refused')]);
    transporter.connect.mockResolvedValue();
    await scheduler.advance(5000);
    expect(owner.joined).toHaveBeenCalledTimes(1);
    expect(scheduler.pending).toBe(0);
  });

  it('joins anew, without connecting anew, if joining failed', async () => {
    const { connection, owner, transporter, scheduler } = makeConnection();
    owner.joined.mockRejectedValueOnce(new Error('subscribe failed'));
    connection.open();
    await scheduler.advance(0);
    // Whatever the half-done join had begun is taken back.
    expect(owner.lost).toHaveBeenCalledTimes(1);
    await scheduler.advance(5000);
    expect(transporter.connect).toHaveBeenCalledTimes(1);
    expect(owner.joined).toHaveBeenCalledTimes(2);
  });

  it('a try that was planned is dropped when the transporter is back by itself', async () => {
    const { connection, owner, scheduler } = makeConnection();
    owner.joined.mockRejectedValueOnce(new Error('subscribe failed'));
    connection.open();
    await scheduler.advance(0);
    connection.up();
    await scheduler.advance(20_000);
    expect(owner.joined).toHaveBeenCalledTimes(2);
  });

  it('a return without a loss before counts as a loss, for the subscriptions are gone', async () => {
    const { connection, owner, scheduler } = makeConnection();
    connection.open();
    await scheduler.advance(0);
    connection.up();
    expect(owner.lost).toHaveBeenCalledTimes(1);
    await scheduler.advance(0);
    expect(owner.joined).toHaveBeenCalledTimes(2);
  });

  it('a join that is overtaken by a loss and a return ends without effect', async () => {
    const { connection, owner, scheduler } = makeConnection();
    let fail!: (error: Error) => void;
    owner.joined.mockImplementationOnce(() => new Promise((_, reject) => (fail = reject)));
    connection.open();
    await scheduler.advance(0);
    const first = connection.current;
    connection.down(new Error('cut'));
    expect(connection.isCurrent(first)).toBe(false);
    connection.up();
    await scheduler.advance(0);
    fail(new Error('late failure'));
    await scheduler.advance(20_000);
    expect(owner.joined).toHaveBeenCalledTimes(2);
    expect(logs.texts()).toEqual([]);
  });

  it('tells the same trouble once, and again after the connection stood', async () => {
    const { connection, scheduler } = makeConnection();
    connection.open();
    await scheduler.advance(0);
    for (let i = 0; i < 3; i++) connection.error(new Error('slow'));
    expect(logs.texts()).toHaveLength(1);
    connection.down();
    connection.up();
    await scheduler.advance(0);
    connection.error(new Error('slow'));
    expect(logs.texts()).toHaveLength(2);
  });

  it('tells a trouble once, though its numbers differ and another comes between', async () => {
    const { connection, scheduler } = makeConnection();
    connection.open();
    await scheduler.advance(0);
    for (let i = 0; i < 5; i++) {
      connection.error(new Error(`no answer from port ${5000 + i}`));
      connection.error(new Error('refused'));
    }
    expect(logs.texts()).toHaveLength(2);
  });

  it('that never lasts is joined at a slower and slower pace, and freely again once it did', async () => {
    const { connection, owner, scheduler } = makeConnection();
    connection.open();
    await scheduler.advance(0);
    const lose = async () => {
      const before = owner.joined.mock.calls.length;
      connection.down(new Error('cut'));
      connection.up();
      const began = scheduler.now();
      while (owner.joined.mock.calls.length === before) await scheduler.advance(100);
      return scheduler.now() - began;
    };
    const waits: number[] = [];
    for (let i = 0; i < 10; i++) waits.push(await lose());
    expect(waits.map((ms) => Math.round(ms / 100))).toEqual([0, 0, 2, 4, 8, 16, 32, 50, 50, 50]);
    await scheduler.advance(6000);
    expect(await lose()).toBeLessThanOrEqual(100);
    expect(scheduler.pending).toBe(0);
  });

  it('is made anew if it carries nothing: lost, abandoned, connected', async () => {
    const { connection, owner, transporter, scheduler } = makeConnection();
    const abandon = vi.spyOn(transporter, 'abandon');
    connection.open();
    await scheduler.advance(0);
    await connection.renew(new Error('silent'));
    expect(connection.reason).toBeUndefined();
    expect(owner.lost).toHaveBeenCalledTimes(1);
    expect(abandon).toHaveBeenCalledTimes(1);
    expect(transporter.connect).toHaveBeenCalledTimes(2);
    expect(owner.joined.mock.calls).toEqual([[false], [true]]);
  });

  it('is not made anew before it stood, nor once it is closed, even in the middle', async () => {
    const { connection, owner, transporter, scheduler } = makeConnection();
    await connection.renew(new Error('silent'));
    connection.open();
    await scheduler.advance(0);
    const renewing = connection.renew(new Error('silent'));
    await connection.close();
    await renewing;
    await connection.renew(new Error('silent'));
    expect(transporter.connect).toHaveBeenCalledTimes(1);
    expect(owner.joined).toHaveBeenCalledTimes(1);
  });

  it('does nothing more once it is closed', async () => {
    const { connection, owner, transporter, scheduler } = makeConnection();
    transporter.connect.mockRejectedValue(new Error('refused'));
    connection.open();
    await scheduler.advance(0);
    await connection.close();
    expect(transporter.disconnect).toHaveBeenCalledTimes(1);
    connection.up();
    connection.down();
    await scheduler.advance(60_000);
    expect(transporter.connect).toHaveBeenCalledTimes(1);
    expect(owner.joined).not.toHaveBeenCalled();
    expect(owner.lost).not.toHaveBeenCalled();
    expect(scheduler.pending).toBe(0);
  });

  it('does not join when it was closed while connecting', async () => {
    const { connection, owner, transporter, scheduler } = makeConnection();
    let connected!: () => void;
    transporter.connect.mockImplementation(() => new Promise((resolve) => (connected = resolve)));
    connection.open();
    await connection.close();
    connected();
    await scheduler.advance(0);
    expect(owner.joined).not.toHaveBeenCalled();
  });

  it('with disableReconnect it tries once', async () => {
    const { connection, transporter, scheduler } = makeConnection({ disableReconnect: true });
    transporter.connect.mockRejectedValue(new Error('refused'));
    connection.open();
    await scheduler.advance(60_000);
    expect(transporter.connect).toHaveBeenCalledTimes(1);
    expect(scheduler.pending).toBe(0);
  });

  it('leaves the telling of a conflict to whoever found it, and looks again later', async () => {
    const { connection, owner, scheduler } = makeConnection();
    owner.joined.mockRejectedValueOnce(new NodeIDConflictError({ nodeID: 'me' }));
    connection.open();
    await scheduler.advance(5000);
    expect(owner.joined).toHaveBeenCalledTimes(2);
    expect(logs.texts()).toEqual([]);
  });
});
