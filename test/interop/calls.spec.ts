import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceNotAvailableError, ServiceNotFoundError } from '../../lib/errors/service.error.js';
import { Cluster, VERSIONS, type OwnNode } from '../support/cluster.js';
import type { Peer } from '../support/peer.js';
import { waitUntil } from '../support/wait-until.js';

describe.each(VERSIONS)('calls between us and Moleculer 0.$version', ({ version, protocol }) => {
  let cluster: Cluster;
  let own: OwnNode;
  let peer: Peer;
  let other: Peer;

  beforeAll(async () => {
    cluster = new Cluster({ label: 'calls', version });
    [own, peer, other] = await Promise.all([
      cluster.own(),
      cluster.peer(),
      cluster.peer({ services: ['echo', 'greeter'] }),
    ]);
    await Promise.all([own.waitForEndpoints('echo.context', 2), peer.waitForServices('own')]);
    await other.waitForServices(['own', 'vis']);
  });
  afterAll(() => cluster.close());

  describe('a chain of calls', () => {
    it('from us to it and back to us', async () => {
      const params = { action: 'own.context', params: {} };
      const { self, result } = await own.call('echo.nested', params, {
        requestID: 'chain-1',
        nodeID: peer.nodeID,
        meta: { m: 1 },
      });
      expect(self).toMatchObject({
        level: 1,
        requestID: 'chain-1',
        parentID: null,
        caller: null,
        nodeID: own.nodeID,
      });
      expect(result).toMatchObject({
        level: 2,
        requestID: 'chain-1',
        parentID: self.id,
        caller: 'echo',
        nodeID: peer.nodeID,
        meta: { m: 1 },
      });
    });

    it('from it to us and on to a third node, and back again', async () => {
      const last = { action: 'own.context', params: {} };
      const middle = {
        action: 'echo.nested',
        params: last,
        opts: { nodeID: other.nodeID, meta: { third: true } },
      };
      const { self, result } = await peer.call('own.nested', middle, { requestID: 'chain-2' });
      expect(self).toMatchObject({ level: 1, requestID: 'chain-2', nodeID: peer.nodeID });
      expect(result.self).toMatchObject({
        level: 2,
        requestID: 'chain-2',
        parentID: self.id,
        caller: 'own',
        nodeID: own.nodeID,
      });
      expect(result.result).toMatchObject({
        level: 3,
        requestID: 'chain-2',
        parentID: result.self.id,
        caller: 'echo',
        meta: { third: true },
      });
    });

    it('without a request ID of its own bears the ID of the first call', async () => {
      const ours = await own.call('echo.context');
      expect(ours.requestID).toBe(ours.id);
      const theirs = await peer.call('own.context');
      expect(theirs.requestID).toBe(theirs.id);
      expect(ours.id).not.toBe(theirs.id);
    });

    it('tells the caller that was given', async () => {
      expect((await own.call('echo.context', {}, { caller: 'somebody' })).caller).toBe('somebody');
    });
  });

  describe('a call to one node', () => {
    it('goes there and nowhere else', async () => {
      for (const { nodeID } of [peer, other]) {
        expect((await own.call('greeter.whoami', {}, { nodeID })).nodeID).toBe(nodeID);
      }
      expect(await peer.call('own.whoami', {}, { nodeID: own.nodeID })).toBe(own.nodeID);
    });
  });

  describe('ping', () => {
    it('goes both ways', async () => {
      const pong = await own.broker.ping(peer.nodeID, 30_000);
      const back = await peer.cmd('ping', { nodeID: own.nodeID });
      expect([pong, back]).toMatchObject([{ nodeID: peer.nodeID }, { nodeID: own.nodeID }]);
      for (const { elapsedTime, timeDiff } of [pong!, back]) {
        expect(elapsedTime).toBeGreaterThanOrEqual(0);
        // Both have the clock of this machine: what is left is by how much one way took longer than the other.
        expect(Math.abs(timeDiff)).toBeLessThanOrEqual(elapsedTime / 2 + 1);
      }
    });

    it('of all nodes or of a list names each', async () => {
      const all = await own.broker.ping(null, 30_000);
      expect(Object.keys(all).sort()).toEqual([peer.nodeID, other.nodeID].sort());
      expect(Object.values(all).every((pong) => pong !== null)).toBe(true);
      // For nobody the whole time is waited, so it is short; a loaded machine may want another try.
      const some = await waitUntil('an answer in time', async () => {
        const pongs = await own.broker.ping([peer.nodeID, 'nobody'], 300);
        return pongs[peer.nodeID] ? pongs : null;
      });
      expect(some).toMatchObject({ [peer.nodeID]: { nodeID: peer.nodeID }, nobody: null });
      const theirs = await peer.cmd('ping');
      expect(theirs[own.nodeID]).toMatchObject({ nodeID: own.nodeID });
    });

    it('of a node that does not exist gives null', async () => {
      expect(await own.broker.ping('nobody', 100)).toBeNull();
    });
  });

  it.each([
    ['users.get', 'people.get', 'people'],
    ['v2.users.get', 'v2.people.get', 'v2.people'],
    ['staging.users.get', 'staging.people.get', 'staging.people'],
    ['unprefixed.get', 'bare.get', 'bare'],
    ['flatAction', 'levelAction', 'level'],
  ])('versions and prefixes: %s and %s', async (theirs, ours, answer) => {
    expect(await peer.call(ours)).toBe(answer);
    expect(await own.call(theirs)).toBe(
      answer.replace('people', 'users').replace('bare', 'unprefixed').replace('level', 'flat'),
    );
  });

  describe('visibility', () => {
    it.each(['published', 'public'])('%s actions can be called by others', async (visibility) => {
      expect(await own.call(`vis.${visibility}`)).toBe(visibility);
      expect(await peer.call(`ownvis.${visibility}`)).toBe(visibility);
    });

    it.each(['protected', 'private'])('%s actions cannot', async (visibility) => {
      expect(await own.failure(`vis.${visibility}`)).toBeInstanceOf(ServiceNotFoundError);
      expect(await own.failure(`vis.${visibility}`, {}, { nodeID: peer.nodeID })).toBeInstanceOf(
        ServiceNotFoundError,
      );
      const { error } = await peer.outcome(`ownvis.${visibility}`);
      expect(error).toMatchObject({ class: 'ServiceNotFoundError' });
    });

    it('protected actions are announced as Moleculer announces them, private ones are not', async () => {
      const info = await peer.cmd<any>('info', { nodeID: own.nodeID });
      const { actions } = info.services.find(({ name }: any) => name === 'ownvis');
      expect(Object.keys(actions).sort()).toEqual(['ownvis.protected', 'ownvis.public', 'ownvis.published']);
      expect(actions['ownvis.protected'].visibility).toBe('protected');
      const secure = info.services.find(({ name }: any) => name === 'own');
      expect(secure).toMatchObject({ settings: { port: 1 }, metadata: { lang: 'nest' } });
      expect(JSON.stringify(info)).not.toContain('TOP-SECRET');
    });

    it('a request for a protected action is refused, whoever sends it', async () => {
      const redis = new Redis(cluster.url);
      const ears = new Redis(cluster.url);
      const prefix = `MOL-${cluster.namespace}`;
      const answers: any[] = [];
      ears.on('message', (_topic, text) => answers.push(JSON.parse(text)));
      await ears.subscribe(`${prefix}.RES.stranger`);
      const packet = { id: 'x', action: 'ownvis.protected', params: {}, ver: protocol, sender: 'stranger' };
      await redis.publish(`${prefix}.REQ.${own.nodeID}`, JSON.stringify(packet));
      const answer = await waitUntil('an answer', () => answers[0]);
      expect(answer).toMatchObject({ id: 'x', success: false, ver: protocol });
      expect(answer.error).toMatchObject({ name: 'ServiceNotFoundError', code: 404 });
      redis.disconnect();
      ears.disconnect();
    });
  });

  describe('services that come late', () => {
    it('of theirs can be called, and go again', async () => {
      expect(await own.failure('late.go')).toBeInstanceOf(ServiceNotFoundError);
      await peer.cmd('createService', { name: 'late', actions: ['go'] });
      await own.broker.waitForServices('late', 60_000);
      expect(await own.call('late.go', { n: 1 })).toMatchObject({ params: { n: 1 }, nodeID: peer.nodeID });
      await peer.cmd('destroyService', { name: 'late' });
      await own.waitForEndpoints('late.go', 0);
      expect(await own.failure('late.go')).toBeInstanceOf(ServiceNotAvailableError);
    });

    it('of ours are announced at once, and go again', async () => {
      const handle = await own.broker.createService({
        name: 'ownlate',
        version: 1,
        actions: { go: () => 'gone' },
      });
      await peer.waitForServices('v1.ownlate');
      expect(await peer.call('v1.ownlate.go')).toBe('gone');
      await handle.destroy();
      await peer.waitForEndpoints('v1.ownlate.go', 0);
      expect((await peer.outcome('v1.ownlate.go')).error).toMatchObject({
        class: 'ServiceNotAvailableError',
      });
    });

    it('a settled mcall over both sides tells each outcome', async () => {
      const defs = [
        { action: 'greeter.hello', params: { name: 'A' } },
        { action: 'fail.client' },
        { action: 'own.reply', params: 1 },
      ];
      const [first, second, third] = await own.broker.mcall(defs, { settled: true });
      expect(first).toEqual({ status: 'fulfilled', value: 'Hello A' });
      expect(second).toMatchObject({ status: 'rejected', reason: { code: 403 } });
      expect(third).toEqual({ status: 'fulfilled', value: 1 });
    });
  });
});
