import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Context, Transit } from '../../../lib/index.js';
import { dialect5 } from '../../../lib/protocol/dialect.js';
import { SimulatedTransporter } from '../../../lib/testing/network/simulated.transporter.js';
import { type Foreigner, foreigner, service } from '../foreign.fixture.js';
import { BEATS, type Life, lives, node } from '../life.fixture.js';

const start = lives();
afterEach(() => vi.restoreAllMocks());

/** Others do not ask of themselves. */
const QUIET = { ...BEATS, registry: { discoverer: { options: { refreshEvery: 0 } } } };

const inUse = (c: Life, nodeID: string) =>
  c.cluster
    .get(nodeID, Transit)
    .versions.inUse()
    .map(({ ver }) => ver);
const vers = (packets: readonly { [key: string]: unknown }[]) => packets.map(({ ver }) => ver);

/** None of our nodes, of whichever version, sends or comes in such an order. What they do is in versions.spec.ts. */
describe('a bilingual node', () => {
  it('that is known by what it answers in 5 alone brings no second version into use', async () => {
    const c = await start([node('me', QUIET), node('twin', QUIET)]);
    foreigner(c, 'old', '4').info();
    await c.cluster.advance(0);
    const { versions } = c.cluster.get('me', Transit);
    // As after a long silence of it.
    versions.keep((nodeID) => nodeID === 'old');
    // Heard in both versions it would be known for what it is.
    c.cluster.drop({ from: 'twin', type: 'HEARTBEAT' });
    c.forget();
    const metadata = { $capabilities: ['bilingual'] };
    c.cluster.get('twin', Transit).sendPlain('INFO', 'me', { metadata }, dialect5);
    await c.cluster.advance(5000);
    expect(new Set(vers(c.got('old', 'HEARTBEAT', 'me')))).toEqual(new Set(['4']));
  });

  it('announces itself in the version of a node that answers later than one that came in between', async () => {
    const c = await start([node('me', BEATS)]);
    await c.leave('me');
    const old = foreigner(c, 'old', '4');
    old.onPacket = ({ type, packet: { ver } }) => {
      if (type === 'DISCOVER' && ver === '4') old.later(20, () => old.info([], {}, 'me'));
    };
    let between: Foreigner | undefined;
    const count = SimulatedTransporter.prototype.countSubscribers;
    vi.spyOn(SimulatedTransporter.prototype, 'countSubscribers').mockImplementation(async function (
      this: SimulatedTransporter,
      topic,
    ) {
      if (!topic.endsWith('DISCOVER')) return 0;
      // On a wire that counts in its turn, after all that was sent before.
      await new Promise((resolve) => setImmediate(resolve));
      const due = count.call(this, topic);
      between = foreigner(c, 'between', '5');
      return due;
    });
    c.forget();
    await c.cluster.restart('me');
    expect(between).toBeDefined();
    expect(vers(c.got('old', 'INFO', 'me'))).toEqual(['4']);
    expect(c.got('between', 'DISCOVER', 'me')).toEqual([]);
  });

  it('a packet of one version that nobody of the cluster sent again is forgotten', async () => {
    const c = await start([node('me', BEATS)]);
    const ghost = foreigner(c, 'ghost', '4');
    ghost.onPacket = null;
    ghost.beat();
    await c.cluster.advance(0);
    expect(inUse(c, 'me')).toEqual(['4']);
    ghost.leave();
    await c.cluster.advance(6000);
    expect(inUse(c, 'me')).toEqual(['5']);
  });
});

describe('tiny-moleculer-py', () => {
  it('answers DISCOVER with DISCOVER, sends meta as text and the error as a string', async () => {
    const relay = async (ctx: Context) => [await ctx.call('py.ok'), ctx.meta];
    const c = await start([node('me', {}, { name: 'mine', actions: { relay } })]);
    const tiny = foreigner(c, 'tiny', '4');
    tiny.onPacket = ({ type, packet: { ver, action, id } }) => {
      if (ver !== '4') return;
      if (type === 'DISCOVER') tiny.send('DISCOVER', undefined);
      if (type !== 'REQ') return;
      const success = action === 'py.ok';
      const [data, error] = success ? [1, null] : [null, 'broken'];
      tiny.send('RES', 'me', { id, success, data, error, meta: '{"a":1}' });
    };
    await c.cluster.restart('me');
    tiny.info([service('py', { ok: {}, fail: {} })]);
    await c.cluster.advance(0);
    expect(c.sees('me', 'tiny')).toBe(true);
    await expect(c.broker('me').call('py.ok')).resolves.toBe(1);
    await expect(c.broker('me').call('mine.relay')).resolves.toEqual([1, { a: 1 }]);
    await expect(c.broker('me').call('py.fail')).rejects.toThrow('broken');
    expect(c.got('tiny', 'INFO', 'me').length).toBeGreaterThan(0);
    expect(c.carried.filter(({ to }) => to === 'tiny').length).toBeLessThan(50);
  });
});
