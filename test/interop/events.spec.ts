import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventMessage } from '../../lib/context/contract.types.js';
import { Cluster, peerListeners, VERSIONS, type OwnNode } from '../support/cluster.js';
import type { Peer } from '../support/peer.js';
import { waitUntil } from '../support/wait-until.js';

describe.each(VERSIONS)('events between us and Moleculer 0.$version', ({ version }) => {
  const isFive = version === 15;
  let cluster: Cluster;
  let own: OwnNode;
  let peer: Peer;

  beforeAll(async () => {
    cluster = new Cluster({ label: 'events', version });
    [own, peer] = await Promise.all([cluster.own(), cluster.peer()]);
    await Promise.all([own.waitForListeners('ev.**', 1), peerListeners(peer, 'own.**', 2)]);
    await own.broker.waitForServices('echo', 60_000);
  });
  afterAll(() => cluster.close());

  let last = 0;
  /** Packets of one sender keep their order: when the last has been heard, all before it were heard as well, or never will be. */
  const peerHeardAll = async () => {
    const name = `ev.last${++last}`;
    await own.broker.emit(name);
    await peer.waitForEvents(name, 2);
  };
  const ownHeardAll = async () => {
    const name = `own.last${++last}`;
    await peer.emit(name);
    await own.waitForEvents(name, 2);
  };

  it('carry payload, meta, headers and who sent them', async () => {
    const payload = { list: [1, { a: null }], text: 'ž' };
    const opts = { meta: { m: { n: 1 } }, headers: { h: 'x' } };
    await own.broker.emit('single.facts', payload, opts);
    await peer.emit('ownsingle.facts', payload, opts);
    const [there] = await peer.waitForEvents('single.facts');
    const [here] = await own.waitForEvents('ownsingle.facts');
    for (const [event, sender] of [
      [there, own.nodeID],
      [here, peer.nodeID],
    ] as const) {
      expect(event).toMatchObject({
        params: payload,
        meta: opts.meta,
        nodeID: sender,
        eventType: 'emit',
        level: 1,
      });
      expect(event.headers ?? {}).toEqual(isFive ? opts.headers : {});
      expect(event.caller).toBeNull();
    }
    expect(there.eventGroups).toEqual(['sink']);
    expect(here.eventGroups).toEqual(['ownsink']);
  });

  it.each([
    ['nothing', undefined, null],
    ['null', null, null],
    ['false', false, false],
    ['a megabyte', 'x'.repeat(1024 * 1024), 'x'.repeat(1024 * 1024)],
  ])('carry %s', async (what, payload, expected) => {
    const name = what.replace(' ', '');
    await own.broker.emit(`single.${name}`, payload);
    await peer.emit(`ownsingle.${name}`, payload);
    // What we send without a payload must look as what a Moleculer node sends.
    expect((await peer.waitForEvents(`single.${name}`))[0].params === expected).toBe(true);
    expect((await own.waitForEvents(`ownsingle.${name}`))[0].params === expected).toBe(true);
  });

  it('of a handler are one level deeper and name its service', async () => {
    const self = await own.call(
      'echo.emit',
      { event: 'ownsingle.nested', payload: 1 },
      { meta: { m: 1 }, requestID: 'r-1' },
    );
    const [here] = await own.waitForEvents('ownsingle.nested');
    expect(here).toMatchObject({
      level: 2,
      caller: 'echo',
      requestID: 'r-1',
      parentID: self.id,
      meta: { m: 1 },
    });
    const other = await peer.call(
      'own.emit',
      { event: 'single.nested', payload: 1 },
      { meta: { m: 2 }, requestID: 'r-2' },
    );
    const [there] = await peer.waitForEvents('single.nested');
    expect(there).toMatchObject({
      level: 2,
      caller: 'own',
      requestID: 'r-2',
      parentID: other.id,
      meta: { m: 2 },
    });
  });

  it('reach the groups that were asked for and no other', async () => {
    await own.broker.emit('ev.some', 1, { groups: ['sink2'] });
    await own.broker.broadcast('ev.some', 2, { groups: 'sink' });
    await peer.emit('own.some', 1, { groups: ['ownsink2'] });
    await peer.broadcast('own.some', 2, { groups: ['ownsink'] });
    await Promise.all([peerHeardAll(), ownHeardAll()]);
    const facts = (events: any[]) => events.map(({ group, params, eventType }) => [group, params, eventType]);
    expect(facts(await peer.events('ev.some'))).toEqual([
      ['sink2', 1, 'emit'],
      ['sink', 2, 'broadcast'],
    ]);
    expect(facts(own.events('own.some'))).toEqual([
      ['ownsink2', 1, 'emit'],
      ['ownsink', 2, 'broadcast'],
    ]);
  });

  it('are taken by a listener whose group is not its service’s', async () => {
    await own.broker.emit('grp.only', 1, { groups: ['special'] });
    await own.broker.emit('grp.only', 2, { groups: ['sink'] });
    await peer.emit('owngrp.only', 1, { groups: ['special'] });
    await peer.emit('owngrp.only', 2, { groups: ['ownsink'] });
    await Promise.all([peerHeardAll(), ownHeardAll()]);
    expect((await peer.events('grp.only')).map(({ params }) => params)).toEqual([1]);
    expect(own.events('owngrp.only').map(({ params }) => params)).toEqual([1]);
  });

  it.each([
    // name there, name here, how many listeners take it
    ['single.a', 'ownsingle.a', 1],
    ['single.a.b', 'ownsingle.a.b', 0],
    ['single', 'ownsingle', 0],
    ['q1.x', 'ownq1.x', 1],
    ['q12.x', 'ownq12.x', 0],
    ['ev.a.b.c', 'own.a.b.c', 2],
    ['ev', 'own', 0],
    ['ev.shared', 'own.shared', 3],
  ])('named %s match as at Moleculer nodes', async (there, here, count) => {
    await own.broker.emit(there, 'w');
    await peer.emit(here, 'w');
    await Promise.all([peerHeardAll(), ownHeardAll()]);
    expect((await peer.events(there)).filter(({ params }) => params === 'w')).toHaveLength(count);
    expect(own.events(here).filter(({ params }) => params === 'w')).toHaveLength(count);
  });

  it('that make a handler fail harm nobody', async () => {
    await own.broker.broadcast('bad.event', 1);
    await peer.broadcast('bad.event', 2);
    await peer.waitForEvents('bad.event', 2);
    await own.waitForEvents('bad.event', 2);
    expect(await own.call('greeter.hello', {})).toBe('Hello Moleculer');
    expect(await peer.call('own.whoami')).toBe(own.nodeID);
  });

  it('that are internal stay where they arose', async () => {
    // A peer sends such events to whoever announced an interest, and a broadcast to us as well.
    await peer.broadcast('$node.connected', { forged: true });
    await own.broker.broadcast('$node.updated', { forged: true });
    await Promise.all([peerHeardAll(), ownHeardAll()]);
    expect(own.events('$node.connected').some(({ params }) => params.forged)).toBe(false);
    expect(own.events('$node.connected').some(({ params }) => params.node.id === peer.nodeID)).toBe(true);
    // What it tells itself names a node, the forged one would not.
    const told = await peer.cmd<{ nodeID?: string }[]>('internalEvents', { name: '$node.updated' });
    expect(told.filter(({ nodeID }) => nodeID === undefined)).toEqual([]);
  });

  it('answer math.random after its result', async () => {
    const { id } = await own.call('math.random', { id: 'r1', delay: 20 });
    const [event] = await own.waitForEvents('ev_random_number');
    expect(event.params.id).toBe(id);
  });

  describe('as a stream', () => {
    it('without a group see every emit and take none from handlers', async () => {
      const got: EventMessage[] = [];
      const subscription = own.broker.events('own.stream.**').subscribe((message) => got.push(message));
      await peerListeners(peer, 'own.stream.**', 1);
      for (let n = 0; n < 10; n++) await peer.emit('own.stream.x', { n }, { meta: { m: 1 } });
      await own.waitForEvents('own.stream.x', 20);
      await waitUntil('all of it', () => got.length >= 10);
      expect(got.map(({ payload }) => (payload as { n: number }).n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(got[0]).toMatchObject({
        event: 'own.stream.x',
        sender: peer.nodeID,
        broadcast: false,
        meta: { m: 1 },
      });
      // Neither group of handlers lost one.
      for (const group of ['ownsink', 'ownsink2']) {
        expect(own.events('own.stream.x').filter((event) => event.group === group)).toHaveLength(10);
      }
      subscription.unsubscribe();
      await peerListeners(peer, 'own.stream.**', 0);
    });

    it('are announced once however many subscribe, and withdrawn with the last', async () => {
      const stream = own.broker.events('own.twice');
      const [first, second] = [stream.subscribe(), stream.subscribe()];
      expect(await peerListeners(peer, 'own.twice', 1)).toEqual([{ group: own.nodeID, nodeID: own.nodeID }]);
      first.unsubscribe();
      await peer.emit('own.other');
      expect(await peerListeners(peer, 'own.twice', 1)).toHaveLength(1);
      second.unsubscribe();
      await peerListeners(peer, 'own.twice', 0);
    });

    it('of one group share the emits between nodes', async () => {
      const other = await cluster.own({ services: [] });
      const counts = [0, 0];
      const subscriptions = [own, other].map((node, i) =>
        node.broker.events('shared.work', { group: 'workers' }).subscribe(() => counts[i]++),
      );
      await peerListeners(peer, 'shared.work', 2);
      for (let n = 0; n < 10; n++) await peer.emit('shared.work', n);
      await waitUntil('all of it', () => counts[0] + counts[1] === 10);
      expect(counts).toEqual([5, 5]);
      subscriptions.forEach((subscription) => subscription.unsubscribe());
      await other.stop();
    });

    it('hear a Moleculer node after the first subscription, without waiting for a heartbeat', async () => {
      const heard: unknown[] = [];
      const silent = await cluster.own({ services: [], heartbeatInterval: 0 });
      await peer.waitForNode(silent.nodeID);
      const subscription = silent.broker.events('prompt.*').subscribe(({ payload }) => heard.push(payload));
      await peerListeners(peer, 'prompt.*', 1);
      await peer.emit('prompt.now', 1);
      await waitUntil('the event', () => heard.length === 1);
      subscription.unsubscribe();
      await silent.stop();
      await peer.waitForNode(silent.nodeID, false);
    });
  });
});
