import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InfoPacket } from '../../../lib/protocol/packets.js';
import { foreigner, foreigners, service } from '../foreign.fixture.js';
import { type Life, lives, node } from '../life.fixture.js';
import { info } from './registry.fixture.js';

const start = lives();

interface MoleculerRegistry {
  processNodeInfo(payload: object): void;
  nodes: { disconnected(nodeID: string, unexpected: boolean): void };
  getNodeList(o?: object): object[];
  getServiceList(o?: object): object[];
  getActionList(o?: object): object[];
  getEventList(o?: object): object[];
}
interface MoleculerBroker {
  registry: MoleculerRegistry;
  start(): Promise<void>;
  stop(): Promise<void>;
}
const { ServiceBroker } = createRequire(import.meta.url)('moleculer15') as {
  ServiceBroker: new (options: object) => MoleculerBroker;
};

const users = service(
  'users',
  {
    get: { params: { id: 'number' }, rest: 'GET /:id', cache: { keys: ['id'] } },
    list: { visibility: 'public' },
    secret: { visibility: 'protected' },
    legacy: { protected: true },
  },
  { 'user.*': {}, 'order.**': { group: 'orders' }, $internal: {} },
  { version: 2, fullName: 'v2.users', settings: { page: 10 }, metadata: { team: 'a' } },
);
const mail = service('mail', { send: {} }, { 'user.*': { group: 'users' } });
const internal = service('$node', { list: { cache: false } });

/** What was told to both registries. */
const history: InfoPacket[] = [
  info('a', [users, internal]),
  info('b', [users, mail, internal], { seq: 3 }),
  info('c', [mail, service('late', { act: {} })]),
  info('b', [users, service('mail', { send: {}, receive: {} }, { 'user.*': { group: 'users' } }), internal], {
    seq: 4,
  }),
];

const flags = [false, true];

describe("listings are Moleculer's", () => {
  const broker = new ServiceBroker({ logger: false, nodeID: 'me', internalServices: false });
  const theirs = broker.registry;
  beforeAll(async () => {
    await broker.start();
    for (const packet of history) theirs.processNodeInfo(structuredClone(packet));
    theirs.nodes.disconnected('c', false);
  });
  afterAll(() => broker.stop());

  /** Our registry, which heard the same. */
  const heard = async () => {
    const c = await start([node('me', { internalServices: false })]);
    const others = new Map(['a', 'b', 'c'].map((nodeID) => [nodeID, foreigner(c, nodeID)] as const));
    for (const { sender, ...fields } of history) others.get(sender)!.send('INFO', undefined, { ...fields });
    others.get('c')!.send('DISCONNECT', undefined);
    await c.cluster.advance(0);
    return c.registry('me');
  };

  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>[];
  const byName = (list: unknown) =>
    plain(list).sort((x, y) => JSON.stringify(x['name']).localeCompare(JSON.stringify(y['name'])));

  it('of nodes', async () => {
    const registry = await heard();
    for (const withServices of flags) {
      for (const onlyAvailable of flags) {
        const [mine, other] = [
          registry.nodes({ withServices, onlyAvailable }),
          theirs.getNodeList({ withServices, onlyAvailable }),
        ].map((list) => plain(list).filter(({ local }) => !local));
        // Their clock is the uptime of the process. They leave `port` out where INFO has none.
        const timeless = (entry: object) => ({ ...entry, lastHeartbeatTime: 0, offlineSince: 0, port: null });
        expect(mine.map(timeless)).toEqual(other.map(timeless));
      }
    }
  });

  it('of ourselves, with the same fields', async () => {
    const registry = await heard();
    const [mine, other] = [registry.nodes(), theirs.getNodeList()].map((list) =>
      plain(list).find(({ local }) => local),
    );
    expect(Object.keys(mine ?? {}).sort()).toEqual(Object.keys(other ?? {}).sort());
  });

  it('of services', async () => {
    const registry = await heard();
    for (const grouping of flags) {
      for (const withActions of flags) {
        for (const skipInternal of flags) {
          const options = {
            grouping,
            withActions,
            skipInternal,
            withEvents: withActions,
            onlyAvailable: withActions,
          };
          expect(plain(registry.services(options))).toEqual(plain(theirs.getServiceList(options)));
        }
      }
    }
    expect(registry.services({ onlyLocal: true })).toEqual([]);
  });

  it('of actions', async () => {
    const registry = await heard();
    for (const withEndpoints of flags) {
      for (const onlyAvailable of flags) {
        for (const skipInternal of flags) {
          const options = { withEndpoints, onlyAvailable, skipInternal };
          expect(byName(registry.actions(options))).toEqual(byName(theirs.getActionList(options)));
        }
      }
    }
    const gone = registry.actions().find(({ name }) => name === 'late.act');
    expect(gone).toEqual({ name: 'late.act', count: 0, hasLocal: false, available: false });
  });

  it('of events, less those that nobody listens to any more', async () => {
    const registry = await heard();
    for (const withEndpoints of flags) {
      for (const skipInternal of flags) {
        const options = { withEndpoints, skipInternal };
        const other = byName(theirs.getEventList(options)).filter(({ count }) => count !== 0);
        expect(byName(registry.events(options))).toEqual(other);
      }
    }
  });
});

describe('listings of our own services', () => {
  const handler = () => null;
  const mine = {
    name: 's',
    actions: {
      open: handler,
      inner: { visibility: 'protected', handler },
      hidden: { visibility: 'private', handler },
    },
    events: { x: handler },
  };
  /** What a tool is told that asks a node. */
  const asks = (c: Life, list: string, options: object = {}) =>
    c.broker('me').call<Record<string, unknown>[]>(`$node.${list}`, { skipInternal: true, ...options });

  it('have no private actions and say that they are ours', async () => {
    const c = await start([node('me', {}, mine)]);
    await foreigners(c, ['a'], [service('s', { open: {} }, { x: {} })]);
    expect(await asks(c, 'actions', { withEndpoints: true })).toEqual([
      {
        name: 's.open',
        count: 2,
        hasLocal: true,
        available: true,
        action: { name: 's.open', rawName: 'open' },
        endpoints: [
          { nodeID: 'me', state: true, available: true },
          { nodeID: 'a', state: true, available: true },
        ],
      },
      {
        name: 's.inner',
        count: 1,
        hasLocal: true,
        available: true,
        action: { name: 's.inner', rawName: 'inner', visibility: 'protected' },
        endpoints: [{ nodeID: 'me', state: true, available: true }],
      },
    ]);
    const own = await asks(c, 'actions', { onlyLocal: true });
    expect(own.map(({ name }) => name)).toEqual(['s.open', 's.inner']);
    expect(await asks(c, 'services', { grouping: true, withActions: true })).toMatchObject([
      {
        name: 's',
        local: true,
        available: true,
        nodes: ['me', 'a'],
        actions: { 's.open': {}, 's.inner': {} },
      },
    ]);
    expect(await asks(c, 'services', { grouping: false, onlyLocal: true })).toMatchObject([{ nodeID: 'me' }]);
    expect(await asks(c, 'events')).toEqual([
      { name: 'x', group: 's', count: 2, hasLocal: true, available: true, event: { name: 'x' } },
    ]);
    const [listened] = await asks(c, 'events', { onlyLocal: true, onlyAvailable: true, withEndpoints: true });
    expect(listened!['endpoints']).toHaveLength(2);
    const [{ services }] = (await asks(c, 'list', { withServices: true })) as [{ services: object[] }];
    expect(services).toContainEqual({
      ...{ name: 's', fullName: 's', settings: {}, metadata: {} },
      actions: {
        's.open': { name: 's.open', rawName: 'open' },
        's.inner': { name: 's.inner', rawName: 'inner', visibility: 'protected' },
      },
      events: { x: { name: 'x' } },
    });
  });

  it('are copies: what a reader does to them changes nothing', async () => {
    const c = await start([node('me', { internalServices: false })]);
    const registry = c.registry('me');
    await foreigners(c, ['a'], [users]);
    const listed = registry.actions()[0]!.action as unknown as Record<string, unknown>;
    delete listed['name'];
    const [other] = registry.nodes({ withServices: true }).slice(1);
    other!.services!.pop();
    other!.ipList.pop();
    registry.services({ withActions: true })[0]!.actions = {};
    expect(registry.actions()[0]!.action?.name).toBe('v2.users.get');
    expect(registry.nodes({ withServices: true })[1]).toMatchObject({
      ipList: ['10.0.0.2'],
      services: [{ name: 'users' }],
    });
    expect(await c.answers('v2.users.get')).toEqual(['a']);
  });
});
