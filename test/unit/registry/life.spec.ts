import { describe, expect, it } from 'vitest';
import { BEATS, hangs, lives, node, serves } from '../life.fixture.js';
import { watched } from '../testing/test-cluster.fixture.js';

const start = lives();
const MINUTE = 60_000;

const namesOf = (told: readonly [string, unknown][]) => told.map(([name]) => name);

describe('a node that comes', () => {
  it('unknown so far is told of, with what it offers', async () => {
    const c = await start([node('me', BEATS), node(undefined, BEATS, serves('shop', ['get']))]);
    await c.cluster.crash(1);
    await c.cluster.advance(9000);
    const told = c.toldAt('me');
    await c.cluster.restart(1);
    const { nodeID, registry } = c.broker(1);
    expect(namesOf(told)).toEqual(['$services.changed', '$node.connected']);
    expect(told[0]![1]).toEqual({ localService: false });
    expect(told[1]![1]).toMatchObject({
      reconnected: false,
      node: {
        ...{ id: nodeID, available: true, local: false, hostname: 'node-1', cpu: null },
        ...{ instanceID: registry.localNode.instanceID, seq: registry.localSeq },
      },
    });
    expect(told[1]![1].node.services!.map(({ fullName }) => fullName)).toContain('shop');
    expect(await c.broker('me').call('shop.get')).toBe(nodeID);
  });

  it('as another process is taken as it is whatever its seq; what the former was asked is rejected', async () => {
    let name = 'old';
    const c = await start([node('me', BEATS), node('a', BEATS, hangs('far'), () => serves('life', [name]))]);
    for (let i = 0; i < 5; i++) {
      await c.create('a', { name: `more-${i}` });
      await c.cluster.advance(200);
    }
    expect(c.registry('me').node('a')?.seq).toBeGreaterThan(5);
    const call = watched(c.broker('me').call('far.hang', {}, { timeout: 0 }));
    await c.cluster.crash('a');
    name = 'new';
    await c.cluster.restart('a');
    expect(call).toMatchObject({ state: 'failed', value: { name: 'RequestRejectedError' } });
    expect(await c.broker('me').call('life.new')).toBe('a');
    await expect(c.broker('me').call('life.old')).rejects.toMatchObject({ name: 'ServiceNotAvailableError' });
    const { instanceID } = c.registry('a').localNode;
    expect(c.registry('me').node('a')).toMatchObject({ seq: c.registry('a').localSeq, instanceID });
    expect(c.registry('me').hasService('more-0')).toBe(false);
  });

  it('back is taken as it is whatever its seq', async () => {
    const c = await start([node('me', BEATS), node('a', BEATS, serves('shop', ['get']))]);
    const { localSeq } = c.registry('a');
    c.cluster.partition('me', 'a');
    await c.cluster.advance(9000);
    expect(c.registry('me').node('a')?.seq).toBeGreaterThan(localSeq);
    const told = c.toldAt('me');
    c.cluster.heal();
    await c.cluster.advance(3000);
    expect(told.find(([name]) => name === '$node.connected')).toMatchObject([
      '$node.connected',
      { reconnected: true, node: { id: 'a', available: true, offlineSince: null, seq: localSeq } },
    ]);
    expect(await c.broker('me').call('shop.get')).toBe('a');
  });
});

describe('a node that goes', () => {
  it('takes its services back first, and is there until they have ended', async () => {
    const c = await start([
      node('me', BEATS),
      node('a', { ...BEATS, registry: { stopDelay: 1000 } }, serves('shop', ['get'])),
    ]);
    const closing = c.cluster.app('a').close();
    await c.cluster.advance(500);
    expect(c.sees('me', 'a')).toBe(true);
    await expect(c.broker('me').call('shop.get')).rejects.toMatchObject({ name: 'ServiceNotAvailableError' });
    await c.cluster.run(closing);
    expect(c.sees('me', 'a')).toBe(false);
  });

  it.each([
    ['in good order', false],
    ['without a word', true],
  ])('%s is offline, still listed, without endpoints, and its seq goes up', async (_how, unexpected) => {
    const c = await start([node('me', BEATS), node('a', BEATS, serves('shop', ['get']))]);
    const { localSeq } = c.registry('a');
    const told = c.toldAt('me');
    await (unexpected ? c.cluster.crash('a') : c.leave('a'));
    await c.cluster.advance(9000);
    const gone = told.findIndex(([name]) => name === '$node.disconnected');
    expect(told[gone]![1]).toMatchObject({ unexpected, node: { id: 'a', available: false } });
    expect(namesOf(told).slice(gone)).toEqual(['$node.disconnected', '$services.changed']);
    // In good order it took its services back before.
    expect(namesOf(told).slice(0, gone)).toEqual(unexpected ? [] : ['$services.changed', '$node.updated']);
    const { registry } = c.broker('me');
    const known = registry.node('a')!;
    expect(known.seq).toBeGreaterThan(localSeq);
    expect(known.offlineSince).toEqual(expect.any(Number));
    expect(registry.nodes().map(({ id, available }) => [id, available])).toEqual([
      ['me', true],
      ['a', false],
    ]);
    expect(registry.nodes({ onlyAvailable: true }).map(({ id }) => id)).toEqual(['me']);
    expect(registry.services({ skipInternal: true })).toEqual([]);
  });

  it('is kept where silence is not judged, and listed for ever where nobody shall be forgotten', async () => {
    const judging = (options: object) => ({ ...BEATS, registry: { discoverer: { options } } });
    const c = await start([
      node('trusts', judging({ disableHeartbeatChecks: true })),
      node('keeps', judging({ disableOfflineNodeRemoving: true })),
      node('me', BEATS),
      node('a', BEATS),
    ]);
    await c.cluster.crash('a');
    await c.cluster.advance(12 * MINUTE);
    const seen = (by: string) => c.registry(by).node('a')?.available;
    expect([seen('trusts'), seen('keeps'), seen('me')]).toEqual([true, false, undefined]);
  });
});

describe('changes()', () => {
  it('tells what happens from the subscription on, and completes', async () => {
    const c = await start([node('me', BEATS), node('early', BEATS), node(undefined, BEATS)]);
    await c.cluster.crash(2);
    await c.cluster.advance(9000);
    const changes = c.changesOf('me');
    let completed = false;
    c.registry('me')
      .changes()
      .subscribe({ complete: () => (completed = true) });
    await c.cluster.restart(2);
    const a = c.cluster.nodeIDs[2]!;
    await c.cluster.run(c.broker(2).createService({ name: 'more' }));
    await c.cluster.advance(200);
    c.cluster.partition('me', 2);
    await c.cluster.advance(9000);
    c.cluster.heal();
    await c.cluster.advance(3000);
    await c.leave('me');
    expect(changes.filter((change) => !change.includes('early') && !change.endsWith(' me'))).toEqual([
      `services.changed ${a}`,
      `node.connected ${a}`,
      `services.changed ${a}`,
      `node.updated ${a}`,
      `node.disconnected ${a} unexpected`,
      `services.changed ${a}`,
      `services.changed ${a}`,
      `node.connected ${a} again`,
    ]);
    expect(completed).toBe(true);
  });
});

it('a service is there as long as a node has it', async () => {
  const c = await start([
    node('me', BEATS),
    node('a', BEATS, serves('shop')),
    node('b', BEATS, serves('shop'), serves('stock')),
  ]);
  const there = () => ['shop', 'stock'].map((name) => c.registry('me').hasService(name));
  expect(there()).toEqual([true, true]);
  await c.cluster.crash('b');
  await c.cluster.advance(9000);
  expect(there()).toEqual([true, false]);
  await c.leave('a');
  expect(there()).toEqual([false, false]);
  const waiting = watched(c.broker('me').waitForServices(['shop', 'stock']));
  await c.cluster.restart('b');
  expect(waiting.state).toBe('done');
});
