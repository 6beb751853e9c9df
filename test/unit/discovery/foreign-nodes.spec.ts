import { describe, expect, it } from 'vitest';
import { dialect5 } from '../../../lib/protocol/dialect.js';
import { announced, eachCluster, type RawPeer } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

recordLogs();
const cluster = eachCluster();
const beats = { heartbeatInterval: 2, heartbeatTimeout: 6 };

/** By hand: none of our nodes, of whichever version, sends or comes in such an order. What they do is in versions.spec.ts. */
describe('a bilingual node', () => {
  it('that is known by what it answers in 5 alone brings no second version into use', async () => {
    const c = cluster();
    const old = c.peer('old', '4').behave();
    const me = await c.started({ nodeID: 'me', ...beats });
    const twin = await c.started({ nodeID: 'twin', ...beats });
    // As after a long silence of it.
    me.transit.versions.keep((nodeID) => nodeID === 'old');
    old.forget();
    twin.transit.sendPlain('INFO', 'me', { metadata: { $capabilities: ['bilingual'] } }, dialect5);
    await c.advance(5000);
    expect(new Set(old.got('HEARTBEAT', 'me').map((packet) => packet['ver']))).toEqual(new Set(['4']));
  });

  it('announces itself in the version of a node that answers later than one that came in between', async () => {
    const c = cluster();
    const old = c.peer('old', '4');
    const me = c.node({ nodeID: 'me', ...beats });
    let between: RawPeer | undefined;
    me.transporter.countSubscribers = async (topic) => {
      if (!topic.endsWith('DISCOVER')) return 0;
      // On a wire that counts in its turn, after all that was sent before.
      await new Promise((resolve) => setImmediate(resolve));
      const count = c.hub.countSubscribers(topic);
      between = c.peer('between', '5').behave();
      return count;
    };
    const starting = me.node.start();
    await c.advance(20);
    expect(between).toBeDefined();
    expect(old.got('INFO')).toEqual([]);
    old.info('me');
    await c.until(starting);
    await c.settle();
    expect(old.got('INFO').map((packet) => packet['ver'])).toEqual(['4']);
    expect(between!.got('DISCOVER')).toEqual([]);
  });

  it('a packet of one version that nobody of the cluster sent again is forgotten', async () => {
    const c = cluster();
    const { transit } = await c.started({ nodeID: 'me', ...beats });
    const ghost = c.peer('ghost', '4');
    ghost.send('HEARTBEAT', undefined, { cpu: 1 });
    await c.settle();
    expect(transit.versions.inUse().map(({ ver }) => ver)).toEqual(['4']);
    ghost.leave();
    await c.advance(6000);
    expect(transit.versions.inUse().map(({ ver }) => ver)).toEqual(['5']);
  });
});

describe('tiny-moleculer-py', () => {
  it('answers DISCOVER with DISCOVER, sends meta as text and the error as a string', async () => {
    const c = cluster();
    const tiny = c.peer('tiny', '4');
    tiny.services = [announced('py', { ok: {}, fail: {} })];
    tiny.onPacket = ({ type, packet }) => {
      if (packet['ver'] !== '4') return;
      if (type === 'DISCOVER') tiny.send('DISCOVER', undefined, {});
      if (type === 'REQ') {
        const success = packet['action'] === 'py.ok';
        tiny.send('RES', 'me', {
          id: packet['id'],
          success,
          data: success ? 1 : null,
          error: success ? null : 'broken',
          meta: '{"a":1}',
        });
      }
    };
    const { broker, registry } = await c.started({ nodeID: 'me' });
    tiny.info();
    await c.settle();
    expect(registry.node('tiny')?.available).toBe(true);
    await expect(c.until(broker.call('py.ok'))).resolves.toBe(1);
    await expect(c.until(broker.call('py.fail'))).rejects.toThrow('broken');
    expect(tiny.got('INFO').length).toBeGreaterThan(0);
    expect(tiny.heard.length).toBeLessThan(50);
  });
});
