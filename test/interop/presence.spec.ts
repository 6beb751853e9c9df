import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RequestRejectedError } from '../../lib/errors/request.error.js';
import { Cluster, VERSIONS, type OwnNode } from '../support/cluster.js';
import { compileOwn, startOwnChild, type OwnChild } from '../support/own-child.js';
import type { Peer } from '../support/peer.js';
import { waitUntil } from '../support/wait-until.js';

let compiled: Awaited<ReturnType<typeof compileOwn>>;
beforeAll(async () => {
  compiled = await compileOwn();
});
afterAll(() => compiled.remove());

/** s: the silence of a killed process shall be noticed soon, that of a process that a loaded machine lets wait not at all. */
const HEARTBEATS = { heartbeatInterval: 0.5, heartbeatTimeout: 8 };

describe.each(VERSIONS)('coming and going beside Moleculer 0.$version', ({ version }) => {
  let cluster: Cluster;
  let own: OwnNode;
  /** Sees everything, is never killed. */
  let peer: Peer;
  let last = 0;

  const child = (options: object = {}): Promise<OwnChild> => {
    const { url, namespace } = cluster;
    const nodeID = `child${version}-${++last}`;
    return startOwnChild(compiled.dir, { transporter: url, namespace, nodeID, ...HEARTBEATS, ...options });
  };

  beforeAll(async () => {
    cluster = new Cluster({ label: 'presence', version });
    [own, peer] = await Promise.all([cluster.own(HEARTBEATS), cluster.peer(HEARTBEATS)]);
    await Promise.all([own.waitForNode(peer.nodeID), peer.waitForNode(own.nodeID)]);
  });
  afterAll(() => cluster.close());

  // Each has nodes of its own to kill, so they may wait for the others' silence together.
  describe.concurrent('without a word', () => {
    it('a Moleculer node that is killed is noticed, its calls are rejected, and it may come back', async () => {
      const victim = await cluster.peer({ ...HEARTBEATS, services: ['slow', 'greeter'] });
      const { nodeID } = victim;
      await own.waitForOffer('slow.sleep', nodeID);
      const seen: object[] = [];
      const watching = own.registry.changes().subscribe(({ type, node, ...rest }) => {
        if (node.id === nodeID && type.endsWith('connected')) seen.push({ type, ...rest });
      });
      const waiting = own.failure('slow.sleep', { ms: 60_000 }, { nodeID, timeout: 60_000 });
      await waitUntil(
        'the call under way',
        async () => (await victim.call<any>('slow.stats')).sleeping === 1,
      );
      await victim.kill();
      const error = await waiting;
      expect(error).toBeInstanceOf(RequestRejectedError);
      expect(error).toMatchObject({ code: 503, retryable: true, data: { action: 'slow.sleep', nodeID } });
      expect(own.registry.nodes().find(({ id }) => id === nodeID)).toMatchObject({ available: false });
      expect(await own.failure('slow.sleep', { ms: 1 }, { nodeID })).toMatchObject({ code: 404 });
      await cluster.peer({ ...HEARTBEATS, nodeID, services: ['greeter'] });
      await own.waitForNode(nodeID);
      expect((await own.call('greeter.whoami', {}, { nodeID })).nodeID).toBe(nodeID);
      expect(seen).toEqual([
        { type: 'node.disconnected', unexpected: true },
        { type: 'node.connected', reconnected: true },
      ]);
      watching.unsubscribe();
    });

    it('a Moleculer node that comes back under its ID before anybody missed it is taken for what it is', async () => {
      const victim = await cluster.peer({ ...HEARTBEATS, services: ['slow', 'greeter'] });
      const { nodeID } = victim;
      await own.waitForOffer('slow.sleep', nodeID);
      const waiting = own.failure('slow.sleep', { ms: 60_000 }, { nodeID, timeout: 60_000 });
      await waitUntil(
        'the call under way',
        async () => (await victim.call<any>('slow.stats')).sleeping === 1,
      );
      await victim.kill();
      await cluster.peer({ ...HEARTBEATS, nodeID, services: ['greeter'] });
      expect(await waiting).toBeInstanceOf(RequestRejectedError);
      await waitUntil('its new process', async () => {
        const answer = await own.call('greeter.whoami', {}, { nodeID }).catch(() => null);
        return answer?.nodeID === nodeID;
      });
      expect(await own.failure('slow.sleep', { ms: 1 }, { nodeID })).toMatchObject({ code: 404 });
    });

    it('we are killed: Moleculer nodes reject their calls to us, and see us again when we are back', async () => {
      const victim = await child();
      const { nodeID } = victim;
      await peer.waitForNode(nodeID);
      const waiting = peer.outcome('child.sleep', { ms: 60_000 }, { nodeID });
      expect(await peer.call('child.whoami', {}, { nodeID })).toBe(nodeID);
      await victim.kill();
      expect((await waiting).error).toMatchObject({ class: 'RequestRejectedError', data: { nodeID } });
      await peer.waitForNode(nodeID, false);

      const back = await child({ nodeID });
      await peer.waitForNode(nodeID);
      expect(await peer.call('child.whoami', {}, { nodeID })).toBe(nodeID);
      expect(await back.call('greeter.hello', { name: 'again' }, { nodeID: peer.nodeID })).toEqual({
        ok: true,
        result: 'Hello again',
      });
      expect(await back.stop()).toBe(0);
    });

    it('we are frozen for longer than the timeout and go on afterwards', async () => {
      const frozen = await child();
      const { nodeID } = frozen;
      await Promise.all([peer.waitForNode(nodeID), own.waitForNode(nodeID)]);
      await frozen.kill('SIGSTOP');
      await peer.waitForNode(nodeID, false);
      await own.waitForNode(nodeID, false);
      await frozen.kill('SIGCONT');
      await Promise.all([peer.waitForNode(nodeID), own.waitForNode(nodeID)]);
      expect(await peer.call('child.whoami', {}, { nodeID })).toBe(nodeID);
      // It may have missed a heartbeat of the peer as well; one that comes now brings the peer back.
      await waitUntil('the thawed node to call the peer', async () => {
        const { result } = await frozen.call('greeter.hello', { name: 'again' }, { nodeID: peer.nodeID });
        return result === 'Hello again';
      });
      expect(await frozen.stop()).toBe(0);
    });
  });

  it('nothing is left waiting', () => {
    expect(own.pending).toBe(0);
  });
});
