import type { SchedulerLike } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { MOLECULER_SCHEDULER, Transit } from '../../../lib/index.js';
import { foreigner, service } from '../foreign.fixture.js';
import { lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import type { NodeScheduler } from '../../../lib/testing/node-scheduler.js';

const logs = recordLogs();
const start = lives(logs);

const big = { name: 'big', actions: { one: () => 1 }, metadata: { text: 'x'.repeat(1000) } };
const options = { heartbeatInterval: 10, heartbeatTimeout: 30, internalServices: false };

/** Our node, and somebody who sends under whatever name, and hears what is sent to those names. */
async function besideWitness() {
  const c = await start([node('me', options, big)]);
  const witness = foreigner(c, 'witness');
  witness.info();
  await c.cluster.advance(1000);
  c.forget();
  /** What our node says of itself: to whom, or to all. */
  const introduced = () => c.heard('witness', 'INFO', 'me').map(({ target }) => target ?? 'all');
  const invent = (count: number, prefix = 'invented') => {
    const names = Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
    for (const name of names) witness.listenAs(name);
    return names;
  };
  return { c, witness, introduced, invent };
}

describe('questions who we are', () => {
  it('of a flood of invented nodes are answered by few INFOs, some to one node and then to all at once', async () => {
    const { c, witness, introduced, invent } = await besideWitness();
    for (const sender of invent(5000)) witness.send('DISCOVER', undefined, { sender });
    await c.cluster.advance(1000);
    const single = introduced().filter((target) => target !== 'all');
    expect(single).toHaveLength(20);
    expect(single.every((target) => target.startsWith('invented-'))).toBe(true);
    expect(introduced().filter((target) => target === 'all')).toHaveLength(1);
  });

  it('of a real node are answered in time though a flood goes on', async () => {
    const { c, witness } = await besideWitness();
    const late = foreigner(c, 'late');
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 500; i++) witness.send('DISCOVER', undefined, { sender: `invented-${round}-${i}` });
      if (round === 5) late.send('DISCOVER', undefined);
      await c.cluster.advance(100);
    }
    // A node waits 500 ms for the answers at its start.
    const infos = c.got('late', 'INFO', 'me');
    expect(infos.length).toBeGreaterThan(0);
    expect(infos.at(-1)!['services']).toMatchObject([{ name: 'big' }]);
  });

  it('are answered in their time although the clock was put back', async () => {
    const { c, witness } = await besideWitness();
    const ask = async () => {
      for (let i = 0; i < 3; i++) witness.send('DISCOVER', 'me');
      await c.cluster.advance(0);
    };
    await ask();
    const clock = c.cluster.get<SchedulerLike>('me', MOLECULER_SCHEDULER);
    const now = clock.now.bind(clock);
    clock.now = () => now() - 3_600_000;
    await c.cluster.advance(1000);
    c.forget();
    await ask();
    await c.cluster.advance(200);
    expect(c.got('witness', 'INFO', 'me')).toHaveLength(3);
  });

  it('of one node, again and again, are answered twice, and once more when it has ended', async () => {
    const { c, witness, introduced } = await besideWitness();
    for (let i = 0; i < 300; i++) witness.send('DISCOVER', 'me');
    await c.cluster.advance(0);
    expect(introduced()).toEqual(['witness', 'witness']);
    await c.cluster.advance(1000);
    expect(introduced()).toEqual(['witness', 'witness', 'witness']);
  });

  it('are answered with what holds when the answer goes out', async () => {
    const { c, witness } = await besideWitness();
    for (let i = 0; i < 10; i++) witness.send('DISCOVER', 'me');
    await c.cluster.advance(0);
    await c.create('me', { name: 'late', actions: { a: () => 1 } });
    await c.cluster.advance(300);
    expect(c.got('witness', 'INFO', 'me').at(-1)).toMatchObject({
      seq: c.registry('me').localSeq,
      services: [{ name: 'big' }, { name: 'late' }],
    });
  });

  it('leave no timer behind when the node stops while answers are owed', async () => {
    const { c, witness, invent } = await besideWitness();
    for (const sender of invent(100)) witness.send('DISCOVER', undefined, { sender });
    await c.cluster.advance(0);
    const { pending } = c.cluster.get<NodeScheduler>('me', MOLECULER_SCHEDULER);
    expect(pending).toBeGreaterThan(0);
    await c.leave('me');
    expect(c.cluster.get<NodeScheduler>('me', MOLECULER_SCHEDULER).pending).toBe(0);
  });
});

describe('heartbeats of unknown nodes', () => {
  it('cause a bounded number of questions and introductions, whatever their number', async () => {
    const { c, witness, introduced, invent } = await besideWitness();
    for (const sender of invent(20_000)) witness.send('HEARTBEAT', undefined, { sender, cpu: 1 });
    await c.cluster.advance(900);
    expect(c.heard('witness', 'DISCOVER', 'me')).toHaveLength(500);
    expect(introduced().length).toBeLessThanOrEqual(21);
    expect(c.cluster.get('me', Transit).versions.size).toBeLessThanOrEqual(15_000);
  });

  it('of a real node lead to its INFO once the flood is over', async () => {
    const { c, witness } = await besideWitness();
    const real = foreigner(c, 'real');
    real.services = [service('far', { get: {} })];
    for (let i = 0; i < 2000; i++) witness.send('HEARTBEAT', undefined, { sender: `invented-${i}`, cpu: 1 });
    real.beat();
    await c.cluster.advance(0);
    expect(c.registry('me').node('real')).toBeUndefined();
    await c.cluster.advance(10_000);
    real.beat();
    await c.cluster.advance(0);
    expect(c.sees('me', 'real')).toBe(true);
    expect(await c.broker('me').call('far.get')).toBe('real');
  });
});

it('nodes that come and go in a flood fill no log', async () => {
  const { c, witness } = await besideWitness();
  const come = (sender: string) => witness.send('INFO', undefined, { sender, services: [], seq: 1 });
  for (let i = 0; i < 3000; i++) {
    come(`invented-${i}`);
    witness.send('DISCONNECT', undefined, { sender: `invented-${i}` });
  }
  await c.cluster.advance(0);
  expect(logs.texts().length).toBeGreaterThan(100);
  expect(logs.texts().length).toBeLessThan(2500);
  await c.cluster.advance(60_000);
  come('one more');
  await c.cluster.advance(0);
  expect(logs.texts().some((text) => /lines were left out here/.test(text))).toBe(true);
});
