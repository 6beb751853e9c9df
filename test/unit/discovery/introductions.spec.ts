import { describe, expect, it } from 'vitest';
import { announced, eachCluster, type RawPeer } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();

/** By hand, as are all tests of this file: no node of ours floods. A packet under any name. */
const forge = (peer: RawPeer, type: string, sender: string, fields: object = {}) =>
  peer.raw(`MOL.${type}`, JSON.stringify({ ...fields, ver: '5', sender }));

async function besideWitness() {
  const c = cluster();
  const witness = c.peer('witness').behave();
  const me = await c.started({ nodeID: 'me', heartbeatInterval: 10, heartbeatTimeout: 30 });
  await me.broker.createService({
    name: 'big',
    actions: { one: () => 1 },
    metadata: { text: 'x'.repeat(1000) },
  });
  await c.advance(1000);
  witness.forget();
  /** All that our node sends, to whomever. */
  const sent: { topic: string; data: string }[] = [];
  const { transporter } = me;
  const send = transporter!.send.bind(transporter);
  transporter!.send = (topic, data) => {
    sent.push({ topic, data: data.toString() });
    return send(topic, data);
  };
  return { c, witness, sent, ...me };
}

describe('questions who we are', () => {
  it('of a flood of invented nodes are answered by few INFOs, some to one node and then to all at once', async () => {
    const { c, witness, sent } = await besideWitness();
    for (let i = 0; i < 5000; i++) forge(witness, 'DISCOVER', `invented-${i}`);
    await c.advance(1000);
    const single = sent.filter(({ topic }) => topic.startsWith('MOL.INFO.'));
    const broadcasts = sent.filter(({ topic }) => topic === 'MOL.INFO');
    expect(single).toHaveLength(20);
    expect(broadcasts).toHaveLength(1);
    expect(witness.got('INFO', 'me')).toHaveLength(1);
  });

  it('of a real node are answered in time though a flood goes on', async () => {
    const { c, witness } = await besideWitness();
    const late = c.peer('late');
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 500; i++) forge(witness, 'DISCOVER', `invented-${round}-${i}`);
      if (round === 5) late.send('DISCOVER', undefined, {});
      await c.advance(100);
    }
    // A node waits 500 ms for the answers at its start.
    const infos = late.got('INFO', 'me');
    expect(infos.length).toBeGreaterThan(0);
    expect(infos.at(-1)!['services']).toMatchObject([{ name: 'big' }]);
  });

  it('are answered in their time although the clock was put back', async () => {
    const { c, witness } = await besideWitness();
    const ask = async () => {
      for (let i = 0; i < 3; i++) witness.send('DISCOVER', 'me', {});
      await c.settle();
    };
    await ask();
    const now = c.scheduler.now.bind(c.scheduler);
    c.scheduler.now = () => now() - 3_600_000;
    await c.advance(1000);
    witness.forget();
    await ask();
    await c.advance(200);
    expect(witness.got('INFO', 'me')).toHaveLength(3);
  });

  it('of one node, again and again, are answered twice, and once more when it has ended', async () => {
    const { c, witness, sent } = await besideWitness();
    for (let i = 0; i < 300; i++) witness.send('DISCOVER', 'me', {});
    await c.settle();
    expect(sent.map(({ topic }) => topic)).toEqual(['MOL.INFO.witness', 'MOL.INFO.witness']);
    await c.advance(1000);
    expect(sent.map(({ topic }) => topic)).toEqual(Array(3).fill('MOL.INFO.witness'));
  });

  it('are answered with what holds when the answer goes out', async () => {
    const { c, witness, broker, registry } = await besideWitness();
    for (let i = 0; i < 10; i++) witness.send('DISCOVER', 'me', {});
    await c.settle();
    await broker.createService({ name: 'late', actions: { a: () => 1 } });
    await c.advance(300);
    expect(witness.got('INFO', 'me').at(-1)).toMatchObject({
      seq: registry.localSeq,
      services: [{ name: 'big' }, { name: 'late' }],
    });
  });

  it('leave no timer behind when the node stops while answers are owed', async () => {
    const { c, witness, node } = await besideWitness();
    for (let i = 0; i < 100; i++) forge(witness, 'DISCOVER', `invented-${i}`);
    await c.settle();
    await c.until(node.stop());
    expect(c.scheduler.pending).toBe(0);
  });
});

describe('heartbeats of unknown nodes', () => {
  it('cause a bounded number of questions and introductions, whatever their number', async () => {
    const { c, witness, sent, transit } = await besideWitness();
    for (let i = 0; i < 20_000; i++) forge(witness, 'HEARTBEAT', `invented-${i}`, { cpu: 1 });
    await c.advance(900);
    expect(sent.filter(({ topic }) => topic.startsWith('MOL.DISCOVER.'))).toHaveLength(500);
    expect(sent.filter(({ topic }) => topic.startsWith('MOL.INFO')).length).toBeLessThanOrEqual(21);
    expect(transit.versions.size).toBeLessThanOrEqual(15_000);
  });

  it('of a real node lead to its INFO once the flood is over', async () => {
    const { c, witness, registry } = await besideWitness();
    const real = c.peer('real').behave();
    real.services = [announced('far', { get: {} })];
    for (let i = 0; i < 2000; i++) forge(witness, 'HEARTBEAT', `invented-${i}`, { cpu: 1 });
    real.send('HEARTBEAT', undefined, { cpu: 1 });
    await c.settle();
    expect(registry.node('real')).toBeUndefined();
    await c.advance(10_000);
    real.send('HEARTBEAT', undefined, { cpu: 1 });
    await c.settle();
    expect(registry.node('real')?.available).toBe(true);
  });
});

it('nodes that come and go in a flood fill no log', async () => {
  const { c, witness } = await besideWitness();
  for (let i = 0; i < 3000; i++) {
    forge(witness, 'INFO', `invented-${i}`, { services: [], seq: 1 });
    forge(witness, 'DISCONNECT', `invented-${i}`);
  }
  await c.settle();
  expect(logs.texts().length).toBeLessThan(2500);
  await c.advance(60_000);
  forge(witness, 'INFO', 'one more', { services: [], seq: 1 });
  await c.settle();
  expect(logs.texts().some((text) => /lines were left out here/.test(text))).toBe(true);
});
