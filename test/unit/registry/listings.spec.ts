import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InfoPacket } from '../../../lib/protocol/packets.js';
import { info, makeRegistry, ours, service } from './registry.fixture.js';

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
const node = service('$node', { list: { cache: false } });

/** What was told to both registries. */
const history: InfoPacket[] = [
  info('a', [users, node]),
  info('b', [users, mail, node], { seq: 3 }),
  info('c', [mail, service('late', { act: {} })]),
  info('b', [users, service('mail', { send: {}, receive: {} }, { 'user.*': { group: 'users' } }), node], {
    seq: 4,
  }),
];

const flags = [false, true];

describe("listings are Moleculer's", () => {
  const broker = new ServiceBroker({ logger: false, nodeID: 'me', internalServices: false });
  const theirs = broker.registry;
  const { registry } = makeRegistry();

  beforeAll(async () => {
    await broker.start();
    for (const packet of history) {
      theirs.processNodeInfo(structuredClone(packet));
      registry.applyInfo(structuredClone(packet));
    }
    theirs.nodes.disconnected('c', false);
    registry.disconnect('c', false);
  });
  afterAll(() => broker.stop());

  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>[];
  const byName = (list: unknown) =>
    plain(list).sort((x, y) => JSON.stringify(x['name']).localeCompare(JSON.stringify(y['name'])));

  it('of nodes', () => {
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

  it('of ourselves, with the same fields', () => {
    const [mine, other] = [registry.nodes(), theirs.getNodeList()].map((list) =>
      plain(list).find(({ local }) => local),
    );
    expect(Object.keys(mine ?? {}).sort()).toEqual(Object.keys(other ?? {}).sort());
  });

  it('of services', () => {
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

  it('of actions', () => {
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

  it('of events, less those that nobody listens to any more', () => {
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
  it('have no private actions and say that they are ours', () => {
    const { registry } = makeRegistry();
    const entry = service('s', { open: {}, inner: { visibility: 'protected' } }, { x: {} });
    const local = ours(entry);
    local.actions.push({ info: { name: 's.hidden' }, visibility: 'private', handler: () => null });
    registry.registerLocal(local);
    registry.applyInfo(info('a', [service('s', { open: {} }, { x: {} })]));
    expect(registry.actions({ withEndpoints: true })).toEqual([
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
    expect(registry.actions({ onlyLocal: true }).map(({ name }) => name)).toEqual(['s.open', 's.inner']);
    expect(registry.services({ grouping: true, withActions: true })).toMatchObject([
      {
        name: 's',
        local: true,
        available: true,
        nodes: ['me', 'a'],
        actions: { 's.open': {}, 's.inner': {} },
      },
    ]);
    expect(registry.services({ onlyLocal: true })).toMatchObject([{ nodeID: 'me' }]);
    expect(registry.events()).toEqual([
      { name: 'x', group: 's', count: 2, hasLocal: true, available: true, event: { name: 'x' } },
    ]);
    expect(
      registry.events({ onlyLocal: true, onlyAvailable: true, withEndpoints: true })[0].endpoints?.length,
    ).toBe(2);
    expect(registry.nodes({ withServices: true })[0].services).toEqual([entry]);
  });

  it('are copies: what a reader does to them changes nothing', () => {
    const { registry } = makeRegistry();
    registry.applyInfo(info('a', [users]));
    const listed = registry.actions()[0].action as unknown as Record<string, unknown>;
    delete listed['name'];
    const [node] = registry.nodes({ withServices: true }).slice(1);
    node.services?.pop();
    node.ipList.pop();
    registry.services({ withActions: true })[0].actions = {};
    expect(registry.actions()[0].action?.name).toBe('v2.users.get');
    expect(registry.nodes({ withServices: true })[1]).toMatchObject({
      ipList: ['10.0.0.2'],
      services: [{ name: 'users' }],
    });
  });
});
