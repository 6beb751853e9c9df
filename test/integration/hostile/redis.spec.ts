import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Child } from '../../support/child.js';
import { hostilePackets, SILENT, VICTIM } from '../../support/hostile-packets.mjs';
import { makeNode } from '../../support/node.js';
import { compileOwn } from '../../support/own-child.js';
import { redisUrl, uniqueNamespace } from '../../support/redis.js';
import { waitUntil } from '../../support/wait-until.js';

/** A tenth of what the flood without a server has: here the wire is what is tried. */
const PACKETS = Math.ceil(Number(process.env['HOSTILE_PACKETS'] ?? 5000) / 10);
const SEED = Number(process.env['HOSTILE_SEED'] ?? Date.now() % 2 ** 31);

describe(`an application at which ${PACKETS} hostile packets are published over Redis (HOSTILE_SEED=${SEED})`, () => {
  const namespace = uniqueNamespace('hostile');
  const common = { namespace, heartbeatInterval: 1, heartbeatTimeout: 10 };
  let compiled: { dir: string; remove(): Promise<void> };
  let victim: Child;
  let attacker: Redis;
  const nodes: { stop(): Promise<void> }[] = [];

  /** A node of ours in this process. */
  async function started(nodeID: string) {
    const made = makeNode({ ...common, transporter: redisUrl(), nodeID });
    nodes.push(made.node);
    await made.broker.createService({ name: nodeID, actions: { whoami: () => nodeID } });
    await made.node.start();
    return made;
  }

  beforeAll(async () => {
    Logger.overrideLogger(false);
    compiled = await compileOwn();
    const options = {
      ...common,
      transporter: redisUrl(),
      registry: { maxNodes: 60, maxAnnouncedSize: 8 * 1024 * 1024 },
      exposeStack: false,
    };
    victim = await Child.start('hostile-victim.mjs', 'the victim', [
      JSON.stringify({ lib: compiled.dir, options }),
    ]);
    attacker = new Redis(redisUrl());
    console.log(`HOSTILE_SEED=${SEED} HOSTILE_PACKETS=${PACKETS * 10}`);
  });

  afterAll(async () => {
    for (const node of nodes) await node.stop();
    await victim.stop();
    attacker.disconnect();
    await compiled.remove();
  });

  it('goes on serving, for those that were there and those that come, and calls them', async () => {
    const before = await started('before');
    await before.broker.waitForServices('live', 60_000);
    const packets = hostilePackets(SEED, PACKETS, SILENT);
    for (let i = 0; i < packets.length; i += 50) {
      await Promise.all(
        packets
          .slice(i, i + 50)
          .map(({ topic, bytes }) => attacker.publish(`MOL-${namespace}.${topic}`, bytes)),
      );
    }
    // What it says now it says after it has read all that was published before.
    const add = () => before.broker.call('live.add', { a: 1, b: 2 }, { nodeID: VICTIM, timeout: 3000 });
    const after = await started('after');
    await waitUntil('the victim to know the newcomer', async () => {
      const { ok, result } = await victim.cmd('call', {
        action: 'after.whoami',
        opts: { nodeID: 'after', timeout: 3000 },
      });
      return ok && result === 'after';
    });
    await waitUntil('the newcomer to be served', async () =>
      after.broker.call('live.add', { a: 1, b: 2 }, { nodeID: VICTIM, timeout: 3000 }).then(
        (sum) => sum === 3,
        () => false,
      ),
    );
    await waitUntil('the node of before to be served', () => {
      // Among the packets are announcements in the victim's name. Nobody can tell them from its own; they count until it speaks again.
      before.transit.sendPlain('DISCOVER', VICTIM, {});
      return add().then(
        (sum) => sum === 3,
        () => false,
      );
    });
    const report = await victim.cmd('report', { name: 'unused' });
    expect(report.wrong).toEqual([]);
    expect(report.served).toMatchObject({ local: 3, lists: [true, true, true, true] });
    expect(report.counts).toMatchObject({ pending: 0 });
    expect(report.counts.nodes).toBeLessThanOrEqual(61);
    expect(report.counts.announcedSize).toBeLessThanOrEqual(8 * 1024 * 1024);
  });
});
