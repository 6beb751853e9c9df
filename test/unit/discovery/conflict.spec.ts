import { describe, expect, it, vi } from 'vitest';
import { NodeIDConflictError } from '../../../lib/errors/broker.error.js';
import { Transit, Transporter } from '../../../lib/index.js';
import { SimulatedTransporter } from '../../../lib/testing/network/simulated.transporter.js';
import { BEATS, type Life, lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const start = lives(logs);

const same = () => node('same');
/** The places of those who are in. */
const joined = (c: Life, places: readonly number[]) =>
  places.filter((place) => c.cluster.get(place, Transit).connected);
const whyNot = (c: Life, place: number) =>
  c.broker(place).ready.then(
    () => null,
    (error: unknown) => error,
  );

describe('a node ID that is taken', () => {
  it('is found before anything is announced under it; the newcomer stays out, nobody dies', async () => {
    const c = await start([same(), node('witness'), same()]);
    const [first] = joined(c, [0, 2]);
    const second = first === 0 ? 2 : 0;
    logs.lines.splice(0);
    c.forget();
    await c.cluster.restart(second);
    expect(await whyNot(c, second)).toBeInstanceOf(NodeIDConflictError);
    await c.cluster.advance(3000);
    expect(c.got('witness', 'INFO', 'same')).toEqual([]);
    const transporter = c.cluster.get(second, Transporter);
    const topics = ['REQ', 'EVENT', 'INFO', 'DISCOVER', 'PING', 'PONG'];
    const listensTo = topics.filter((type) => transporter.isSubscribed(`MOL.${type}.same`));
    expect(listensTo).toEqual([]);
    expect(joined(c, [0, 2])).toEqual([first]);
    expect(logs.texts('error')).toEqual([expect.stringContaining("'same'")]);
    expect(logs.texts('warn')).toEqual([]);
  });

  it.each(['4', '5'] as const)('by a node that speaks %s alone is found, too', async (protocolVersion) => {
    const c = await start([node('same', { protocolVersion }), same()]);
    await c.cluster.crash(1);
    await c.cluster.advance(11_000);
    expect(joined(c, [0])).toEqual([0]);
    c.forget();
    await c.cluster.restart(1);
    expect(await whyNot(c, 1)).toMatchObject({ name: 'NodeIDConflictError', data: { nodeID: 'same' } });
    expect(joined(c, [0, 1])).toEqual([0]);
    const asked = c.carried.filter(({ type }) => type === 'PING');
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter(({ packet }) => packet['sender'] === 'same')).toEqual([]);
  });

  it.each([2, 3, 5])('by %i that start at the same time stays with one of them', async (count) => {
    const places = Array.from({ length: count }, (_, place) => place);
    const c = await start(places.map(same));
    expect(joined(c, places)).toHaveLength(1);
    for (const place of places) {
      const isIn = c.cluster.get(place, Transit).connected;
      if (isIn) expect(await whyNot(c, place)).toBeNull();
      else expect(await whyNot(c, place)).toBeInstanceOf(NodeIDConflictError);
    }
    // All others look again at the same times, and one of them follows.
    const [first] = joined(c, places);
    await c.cluster.run(c.cluster.app(first!).close());
    await c.cluster.advance(11_000);
    expect(joined(c, places)).toHaveLength(1);
  });

  it('by two whose packets take their time stays with one of them, too', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const c = await start([node('witness'), same(), same()], { seed });
      const [first] = joined(c, [1, 2]);
      const second = first === 1 ? 2 : 1;
      await c.cluster.crash(first!);
      c.cluster.delay([0, '100ms'], { type: ['PING', 'PONG'] });
      // The one that waited looks again just when the other is back.
      await c.cluster.advance(4000 + 100 * seed);
      await c.cluster.restart(first!);
      expect(joined(c, [first!, second]), `seed ${seed}`).toHaveLength(1);
      await c.cluster.close();
    }
  });

  it('is told once, however often it is looked for; the node joins when its namesake has left', async () => {
    const c = await start([same(), same()]);
    const [first] = joined(c, [0, 1]);
    await c.cluster.advance(30_000);
    expect(logs.texts('error')).toHaveLength(1);
    await c.cluster.run(c.cluster.app(first!).close());
    await c.cluster.advance(6000);
    const second = 1 - first!;
    expect(joined(c, [0, 1])).toEqual([second]);
    expect(await whyNot(c, second)).toBeInstanceOf(NodeIDConflictError);
  });

  it('is no conflict with itself after a loss of the connection', async () => {
    const c = await start([node('me'), node('peer')]);
    for (let i = 0; i < 3; i++) {
      c.cluster.disconnect('me');
      await c.cluster.advance(1000);
      c.cluster.reconnect('me');
      await c.cluster.advance(1000);
      expect(joined(c, [0])).toEqual([0]);
    }
    expect(logs.texts('error')).toEqual([]);
  });

  it('by a process that is busy for a while is found', async () => {
    const c = await start([same(), same()]);
    const [first] = joined(c, [0, 1]);
    c.cluster.delay(1500, { from: first!, type: 'PONG' });
    await c.cluster.restart(1 - first!);
    expect(await whyNot(c, 1 - first!)).toBeInstanceOf(NodeIDConflictError);
    expect(joined(c, [0, 1])).toEqual([first]);
  });

  it('of a listener that does not answer is taken over after two seconds', async () => {
    const c = await start([same(), same()]);
    const [first] = joined(c, [0, 1]);
    c.cluster.drop({ from: first!, type: 'PONG' });
    await c.cluster.restart(1 - first!);
    expect(await whyNot(c, 1 - first!)).toBeNull();
    expect(joined(c, [0, 1])).toEqual([0, 1]);
  });

  it('later on, another process that announces itself under our ID is reported once and ends nothing', async () => {
    const c = await start([node('same', BEATS), node('same', BEATS)]);
    const [first] = joined(c, [0, 1]);
    const second = 1 - first!;
    c.cluster.drop({ from: first!, type: 'PONG' });
    logs.lines.splice(0);
    await c.cluster.restart(second);
    const instanceID = c.registry(second).localNode.instanceID as string;
    for (let i = 0; i < 3; i++) {
      await c.cluster.run(c.broker(second).createService({ name: `s${i}` }));
      await c.cluster.advance(1000);
    }
    expect(logs.texts('error').filter((text) => text.includes(instanceID))).toHaveLength(1);
    expect(joined(c, [0, 1])).toEqual([0, 1]);
  });
});

it('a node ID that is taken by one that starts while another is about to join is found, whenever that is', async () => {
  const { connect } = SimulatedTransporter.prototype;
  for (let delay = 0; delay < 30; delay++) {
    const late = vi.spyOn(SimulatedTransporter.prototype, 'connect').mockImplementation(async function (
      this: SimulatedTransporter,
    ) {
      await connect.call(this);
      if (this.node === 1) for (let turn = 0; turn < delay; turn++) await Promise.resolve();
    });
    const c = await start([same(), same()]);
    late.mockRestore();
    expect(joined(c, [0, 1]), `${delay} turns`).toHaveLength(1);
    await c.cluster.close();
  }
});
