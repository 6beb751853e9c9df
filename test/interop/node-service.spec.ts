import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster, VERSIONS, type OwnNode } from '../support/cluster.js';
import type { Peer } from '../support/peer.js';
import { uniqueNamespace } from '../support/redis.js';

/** Names and types of the fields, all the way down; lists by their first element. */
function shapeOf(value: unknown): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]));
}

const byName = (list: any[], name: string) => list.find((entry) => entry.name === name);

describe.each(VERSIONS)('the internal service beside Moleculer 0.$version', ({ version }) => {
  let cluster: Cluster;
  let own: OwnNode;
  let peer: Peer;
  let other: Peer;
  /** The same question to a Moleculer node and to us, asked by a third. */
  const both = async (action: string, params: object = {}): Promise<[any, any]> => [
    await other.call(`$node.${action}`, params, { nodeID: peer.nodeID }),
    await other.call(`$node.${action}`, params, { nodeID: own.nodeID }),
  ];

  beforeAll(async () => {
    cluster = new Cluster({ label: 'dollar', version });
    [own, peer, other] = await Promise.all([
      cluster.own({ metadata: { zone: 'a' }, heartbeatInterval: 1 }),
      cluster.peer({ metadata: { zone: 'b' }, heartbeatInterval: 1 }),
      cluster.peer({ services: ['echo'], heartbeatInterval: 1 }),
    ]);
    await Promise.all([
      own.waitForEndpoints('echo.reply', 2),
      other.waitForServices(['own', 'math', '$node']),
    ]);
    await Promise.all([peer.waitForServices('own'), peer.waitForEndpoints('echo.reply', 2)]);
  });
  afterAll(() => cluster.close());

  it('list: a node tells of itself and of others in the same form', async () => {
    const [theirs, ours] = await both('list');
    const entry = (list: any[], id: string) => {
      // `cpu` and what hangs on it depend on whether a heartbeat has come yet.
      const { cpu: _cpu, cpuSeq: _cpuSeq, ...rest } = list.find((node) => node.id === id);
      return rest;
    };
    expect(ours.map(({ id }: any) => id).sort()).toEqual([own.nodeID, peer.nodeID, other.nodeID].sort());
    expect(theirs.map(({ id }: any) => id).sort()).toEqual(ours.map(({ id }: any) => id).sort());
    expect(shapeOf({ ...entry(ours, own.nodeID), metadata: {} })).toEqual(
      shapeOf({ ...entry(theirs, peer.nodeID), metadata: {} }),
    );
    // The same node as seen by both.
    const volatile = ({ lastHeartbeatTime: _time, ...rest }: any) => rest;
    expect(volatile(entry(ours, other.nodeID))).toEqual(volatile(entry(theirs, other.nodeID)));
    expect(entry(ours, own.nodeID)).toMatchObject({ local: true, available: true, metadata: { zone: 'a' } });
    expect(entry(ours, peer.nodeID)).toMatchObject({
      local: false,
      available: true,
      metadata: { zone: 'b' },
    });
  });

  it('list: with services, which a Moleculer node cannot send at all', async () => {
    const ours = await other.call(
      '$node.list',
      { withServices: true, onlyAvailable: true },
      { nodeID: own.nodeID },
    );
    const services = (id: string) => ours.find((node: any) => node.id === id).services;
    const info = await peer.cmd('info', { nodeID: other.nodeID });
    expect(services(other.nodeID)).toEqual(info.services);
    expect(byName(services(own.nodeID), 'own')).toMatchObject({ fullName: 'own', settings: { port: 1 } });
    expect(JSON.stringify(ours)).not.toContain('TOP-SECRET');
  });

  it.each([
    [{}],
    [{ grouping: false }],
    [{ withActions: true, withEvents: true }],
    [{ skipInternal: true, onlyAvailable: true }],
    [{ withActions: true, withEvents: true, grouping: false, skipInternal: true }],
  ])('services %o: the same answer about the same service', async (params) => {
    const [theirs, ours] = await both('services', params);
    const strip = ({ local: _local, ...rest }: any) => ({ ...rest, nodes: [...(rest.nodes ?? [])].sort() });
    // Whom it calls local depends on who answers, as does which entry comes first: compare what both see as remote.
    const remote = (list: any[]) =>
      list.filter((entry) => (entry.nodes ?? [entry.nodeID]).join() === other.nodeID);
    expect(remote(ours).map(strip)).toEqual(remote(theirs).map(strip));
    const names = (list: any[]) => [...new Set(list.map(({ fullName }) => fullName))].sort();
    expect(names(ours)).toEqual(names(theirs));
    const mine = shapeOf({ ...ours.find((s: any) => s.fullName === 'greeter'), actions: {}, events: {} });
    expect(mine).toEqual(
      shapeOf({ ...theirs.find((s: any) => s.fullName === 'greeter'), actions: {}, events: {} }),
    );
    if ('grouping' in params) return;
    const nodes = (list: any[]) => [...byName(list, 'echo').nodes].sort();
    expect(nodes(ours)).toEqual(nodes(theirs));
  });

  it.each([
    [{}],
    [{ withEndpoints: true, skipInternal: true }],
    [{ onlyAvailable: true, withEndpoints: true }],
  ])('actions %o: the same answer about the same action', async (params) => {
    const [theirs, ours] = await both('actions', params);
    const strip = ({ hasLocal: _hasLocal, endpoints, action, ...rest }: any) => ({
      ...rest,
      action: action && { ...action },
      endpoints: endpoints && [...endpoints].sort((a: any, b: any) => (a.nodeID < b.nodeID ? -1 : 1)),
    });
    const sorted = (list: any[]) => list.map(strip).sort((a, b) => (a.name < b.name ? -1 : 1));
    const plain = (list: any[]) =>
      sorted(list).filter(
        ({ name }) => !name.startsWith('$') && !name.startsWith('vis.') && !name.startsWith('ownvis.'),
      );
    expect(plain(ours)).toEqual(plain(theirs));
  });

  it.each([[{}], [{ withEndpoints: true, skipInternal: true }]])(
    'events %o: the same answer about the same event',
    async (params) => {
      const [theirs, ours] = await both('events', params);
      const key = ({ name, group }: any) => `${name}|${group}`;
      const strip = ({ hasLocal: _hasLocal, endpoints, ...rest }: any) => ({
        ...rest,
        endpoints: endpoints && [...endpoints].sort((a: any, b: any) => (a.nodeID < b.nodeID ? -1 : 1)),
      });
      const sorted = (list: any[]) =>
        list
          .filter(({ name }) => !name.startsWith('$'))
          .map(strip)
          .sort((a, b) => (key(a) < key(b) ? -1 : 1));
      expect(sorted(ours)).toEqual(sorted(theirs));
    },
  );

  it('actions: what others may not call is listed as there', async () => {
    const [theirs, ours] = await both('actions');
    const visible = (list: any[], service: string) =>
      list
        .map(({ name }) => name)
        .filter((name) => name.startsWith(`${service}.`))
        .map((name) => name.slice(service.length + 1))
        .sort();
    expect(visible(ours, 'ownvis')).toEqual(visible(theirs, 'vis'));
    expect(visible(ours, 'vis')).toEqual(visible(theirs, 'ownvis'));
  });

  it('health has the fields of a Moleculer node', async () => {
    const [theirs, ours] = await both('health');
    const shape = (health: any) =>
      shapeOf({
        ...health,
        process: { ...health.process, argv: [], memory: {} },
        net: { ip: [] },
        os: { ...health.os, user: {} },
      });
    expect(shape(ours)).toMatchObject({
      ...(shape(theirs) as object),
      os: expect.any(Object),
      cpu: expect.any(Object),
    });
    expect(Object.keys(ours.os)).toEqual(expect.arrayContaining(Object.keys(theirs.os)));
    expect(Object.keys(ours.cpu)).toEqual(expect.arrayContaining(Object.keys(theirs.cpu)));
    expect(ours.process.pid).toBe(process.pid);
    expect(ours.client).toMatchObject({ type: 'nodejs', langVersion: process.version });
  });

  it('options are told, and no password with them', async () => {
    const [theirs, ours] = await both('options');
    expect(ours).toMatchObject({ namespace: cluster.namespace, nodeID: own.nodeID, heartbeatInterval: 1 });
    const common = [
      'namespace',
      'nodeID',
      'requestTimeout',
      'maxCallLevel',
      'heartbeatInterval',
      'heartbeatTimeout',
    ];
    for (const key of [...common, 'tracking', 'registry', 'transporter', 'serializer', 'disableBalancer']) {
      expect(ours, key).toHaveProperty(key);
      expect(theirs, key).toHaveProperty(key);
    }
    const secret = await cluster.own({
      // The others shall not meet it.
      namespace: uniqueNamespace('secret'),
      transporter: cluster.url.replace('//', '//:topsecret@'),
      transit: { connectTimeout: 1 },
    });
    expect(JSON.stringify(await secret.call('$node.options'))).not.toContain('topsecret');
    await secret.stop();
  });

  it('metrics that are off are refused in the same words', async () => {
    const ask = (nodeID: string) => other.outcome('$node.metrics', {}, { nodeID });
    const [theirs, ours] = [await ask(peer.nodeID), await ask(own.nodeID)];
    const facts = ({ error }: any) => [error.class, error.message, error.code, error.type, error.retryable];
    expect(ours.ok).toBe(false);
    expect(facts(ours)).toEqual(facts(theirs));
  });

  it('we ask a Moleculer node', async () => {
    const nodeID = peer.nodeID;
    const list = await own.call('$node.list', {}, { nodeID });
    expect(list.map(({ id }: any) => id)).toContain(own.nodeID);
    expect((await own.call('$node.health', {}, { nodeID })).process.pid).toBe(peer.pid);
    expect((await own.call('$node.options', {}, { nodeID })).nodeID).toBe(nodeID);
    expect(byName(await own.call('$node.services', {}, { nodeID }), 'own')).toMatchObject({
      nodes: [own.nodeID],
    });
    expect(byName(await own.call('$node.actions', {}, { nodeID }), 'own.reply')).toMatchObject({ count: 1 });
    expect(byName(await own.call('$node.events', {}, { nodeID }), 'own.**')).toMatchObject({ count: 1 });
  });

  it('without a node it is asked at home, on either side', async () => {
    expect((await own.call('$node.options')).nodeID).toBe(own.nodeID);
    expect((await peer.call('$node.options')).nodeID).toBe(peer.nodeID);
  });

  it('INFO of ours has exactly the fields of a Moleculer node’s', async () => {
    const [ours, theirs] = await Promise.all(
      [own.nodeID, peer.nodeID].map((nodeID) => other.cmd<any>('info', { nodeID })),
    );
    expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
    const service = (info: any, name: string) => byName(info.services, name);
    expect(Object.keys(service(ours, 'own')).sort()).toEqual(Object.keys(service(theirs, 'greeter')).sort());
    expect(Object.keys(service(ours, '$node').actions).sort()).toEqual(
      Object.keys(service(theirs, '$node').actions).sort(),
    );
  });
});
