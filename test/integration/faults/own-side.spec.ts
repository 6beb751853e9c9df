import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeNode } from '../../support/node.js';
import { waitUntil } from '../../support/wait-until.js';
import { FAR, FaultCluster, JS, NEAR, TWO_TIMEOUTS } from './fault-cluster.js';
import { expectKinds } from './load-run.js';

const HOUR = 3_600_000;

/** A call just made has no deadline yet: that is settled at the next look. */
function deadlineSet(): Promise<boolean> {
  const made = performance.now();
  return waitUntil('two looks', () => performance.now() > made + 80, { every: 5 });
}

describe('faults on our own side', () => {
  let cluster: FaultCluster;
  beforeAll(async () => {
    cluster = await FaultCluster.start({ way: true });
  });
  afterAll(() => cluster?.close());

  it('a connection that dies without a word is noticed by our own heartbeat and made anew', async () => {
    const load = await cluster.load();
    cluster.way!.stall();
    await load.until('BrokerDisconnectedError');
    await load.flows();
    // Redis still holds the dead ones.
    expect(await cluster.connections(NEAR)).toHaveLength(4);
    cluster.way!.drop();
    const { near } = await load.end();
    expectKinds(near, ['answered', 'BrokerDisconnectedError', 'RequestTimeoutError']);
    expect(load.warnings(NEAR)[0]).toMatch(/own heartbeat/);
    expect(load.warnings(NEAR).filter((line) => line.includes('taken for lost'))).toEqual([]);
  });

  it('a clock that is put forwards: calls under way may end, and nobody is missed', async () => {
    const load = await cluster.load();
    // At several moments between heartbeats and looks.
    for (let i = 0; i < 5; i++) {
      cluster.scheduler.offset += HOUR;
      const jumped = cluster.scheduler.now();
      await waitUntil('a sign of everybody', () =>
        [FAR, JS].every((nodeID) => cluster.near.registry.node(nodeID)!.heardAt > jumped),
      );
    }
    const { near } = await load.end();
    expectKinds(near, ['answered'], ['RequestTimeoutError']);
    expect(load.warnings(NEAR)).toEqual([]);
  });

  it('a clock that is put back: calls end in their time, and who dies is missed in time', async () => {
    const load = await cluster.load();
    await cluster.js.kill();
    await waitUntil('calls that nobody will answer', () => load.open > 10);
    const call = cluster.near.broker.call('work.echo', { id: 'probe' }, { nodeID: JS, timeout: 700 });
    await deadlineSet();
    cluster.scheduler.offset -= HOUR;
    await expect(call).rejects.toMatchObject({ name: 'RequestTimeoutError' });
    await load.until('RequestTimeoutError');
    await waitUntil('the loss', () => cluster.isTrue([NEAR, FAR]), { timeout: TWO_TIMEOUTS });
    await cluster.startJs();
    await load.startJs();
    const { near } = await load.end();
    expectKinds(near, ['answered', 'RequestTimeoutError', 'RequestRejectedError'], ['ServiceNotFoundError']);
  });

  it('a process that stood still: an answer that came meanwhile is taken, though the timeout has passed', async () => {
    const [asked, answered] = ['asked', 'answered'].map((what) => `${what} by ${FAR}`);
    const { remoteWork } = cluster.near.broker.parts;
    const params = { id: 'probe', ms: 700 };
    const call = cluster.far.call('work.think', params, { nodeID: NEAR, timeout: 1500 });
    await waitUntil(asked, () => remoteWork.count === 1, { every: 5 });
    await cluster.far.kill('SIGSTOP');
    const due = performance.now() + 1500;
    await waitUntil(answered, () => remoteWork.count === 0 && performance.now() > due);
    await cluster.far.kill('SIGCONT');
    expect(await call).toEqual({ ok: true, result: { id: 'probe', by: NEAR } });
    await cluster.whole();
  });

  it('a blocked event loop: the same', async () => {
    const params = { id: 'probe', ms: 600, told: true };
    const call = cluster.near.broker.call('work.think', params, { nodeID: FAR, timeout: 1000 });
    const due = performance.now() + 1100;
    const answered = () => readFileSync(cluster.journal(FAR), 'utf8').includes('thought probe');
    await deadlineSet();
    // Timers come first after this, then what lies in the socket.
    await new Promise<void>((resolve) =>
      setTimeout(() =>
        setImmediate(() => {
          while (performance.now() < due || !answered());
          const end = performance.now() + 300; // for the way through Redis
          while (performance.now() < end);
          resolve();
        }),
      ),
    );
    await expect(call).resolves.toEqual({ id: 'probe', by: FAR });
  });

  it('a full queue: calls beyond maxQueueSize are refused at once, the others answered', async () => {
    const load = await cluster.load(5000); // ms; no answer comes too late on a busy machine
    const { broker, node } = makeNode({ ...cluster.optionsOf('small'), transit: { maxQueueSize: 20 } });
    await node.start();
    const calls = Array.from({ length: 50 }, (_, n) =>
      broker.call('work.think', { id: `small:${n}`, ms: 200 }, { nodeID: n % 2 === 0 ? FAR : JS }),
    );
    await expect(calls[49]).rejects.toMatchObject({ name: 'QueueIsFullError', code: 429, retryable: true });
    expect(broker.parts.requester.pending.size).toBe(20);
    const ends = await Promise.allSettled(calls);
    expect(ends.map(({ status }) => status)).toEqual([
      ...Array<string>(20).fill('fulfilled'),
      ...Array<string>(30).fill('rejected'),
    ]);
    await expect(broker.call('work.echo', { id: 'small:last' }, { nodeID: FAR })).resolves.toMatchObject({
      by: FAR,
    });
    await node.stop();
    expectKinds((await load.end()).near, ['answered']);
  });
});
