import { describe, expect, it, vi } from 'vitest';
import type { Context, MoleculerModuleOptions, ServiceSchema } from '../../../lib/index.js';
import { PatternMachine } from '../../../lib/registry/matching/pattern-program.js';
import { foreigner, foreigners, service } from '../foreign.fixture.js';
import { type Life, lives, node } from '../life.fixture.js';

const start = lives();

const me = (registry: MoleculerModuleOptions['registry'] = {}, ...services: ServiceSchema[]) =>
  node('me', { internalServices: false, heartbeatInterval: 0, registry }, ...services);

/** What our own listeners heard: service and pattern. */
const ran: string[] = [];
/** A service of ours that listens. */
const ours = (name: string, events: Record<string, object>, more: object = {}): ServiceSchema => ({
  ...{ name, ...more },
  events: Object.fromEntries(
    Object.entries(events).map(([pattern, options]) => [
      pattern,
      {
        ...options,
        handler: ({ service }: Context) => void ran.push(`${service!.fullName} ${pattern}`),
      },
    ]),
  ),
});

/** Who receives the next emits: group and node; ourselves as service and pattern. */
async function received(c: Life, event: string, times = 1): Promise<string[]> {
  const result: string[] = [];
  for (let i = 0; i < times; i++) {
    c.forget();
    ran.splice(0);
    await c.broker('me').emit(event);
    await c.cluster.advance(0);
    result.push(...ran);
    for (const { type, from, to, packet } of c.carried) {
      if (type !== 'EVENT' || from !== 'me') continue;
      expect(packet).toMatchObject({ event, broadcast: false });
      result.push(...(packet['groups'] as string[]).map((group) => `${group}>${to}`));
    }
  }
  return result;
}

const groupsOf = (c: Life, event: string) => c.registry('me').event(event).groups;
const users = [1, 2].map((version) => ({ version, fullName: `v${version}.users` }));

describe('the targets of an event', () => {
  it('have the unversioned service name for a group', async () => {
    const c = await start([me()]);
    await foreigners(c, ['a'], [service('users', {}, { ping: {} }, users[0])]);
    await foreigners(c, ['b'], [service('users', {}, { ping: {} }, users[1])]);
    expect(await received(c, 'ping', 2)).toEqual(['users>a', 'users>b']);
  });

  it('count two versions of a service on one node as one there, and take turns where they are ours', async () => {
    const c = await start([me()]);
    await foreigners(
      c,
      ['a'],
      users.map((version) => service('users', {}, { ping: {} }, version)),
    );
    expect(await received(c, 'ping', 2)).toEqual(['users>a', 'users>a']);
    for (const { version } of users) await c.create('me', ours('users', { ping: {} }, { version }));
    expect(await received(c, 'ping', 3)).toEqual(['v1.users ping', 'v2.users ping', 'v1.users ping']);
  });

  it('are one node a group although several of its patterns fit', async () => {
    const c = await start([me()]);
    const patterns = { 'x.*': {}, 'x.one': {}, '**': { group: 'xs' } };
    await foreigners(c, ['a', 'b'], [service('xs', {}, patterns)]);
    expect(await received(c, 'x.one', 3)).toEqual(['xs>a', 'xs>b', 'xs>a']);
    c.forget();
    await c.broker('me').broadcast('x.one');
    await c.cluster.advance(0);
    expect([c.got('a', 'EVENT'), c.got('b', 'EVENT')].map(({ length }) => length)).toEqual([1, 1]);
  });

  it('give one listener of each pattern of ours in turn', async () => {
    const one = ours('one', { 'x.*': { group: 'g' }, 'x.y': { group: 'g' } });
    const c = await start([me({}, one, ours('two', { 'x.*': { group: 'g' } }))]);
    expect(await received(c, 'x.y')).toEqual(['one x.*', 'one x.y']);
    expect(await received(c, 'x.y')).toEqual(['two x.*', 'one x.y']);
    ran.splice(0);
    await c.broker('me').broadcast('x.y');
    expect(ran.sort()).toEqual(['one x.*', 'one x.y', 'two x.*']);
  });

  it('keep one service with one pattern in two groups apart', async () => {
    const c = await start([me()]);
    const events = { k1: { name: 'x', group: 'g1' }, k2: { name: 'x', group: 'g2' } };
    await foreigners(c, ['a'], [{ name: 's', events }]);
    expect(await received(c, 'x')).toEqual(['g1>a', 'g2>a']);
  });

  it('go on in turn when nodes change, and when another pattern joins the group', async () => {
    const c = await start([me()]);
    const mail = [service('mail', {}, { ping: {} })];
    await foreigners(c, ['a', 'b', 'c'], mail);
    expect(await received(c, 'ping')).toEqual(['mail>a']);
    await foreigners(c, ['d'], mail);
    expect(await received(c, 'ping')).toEqual(['mail>b']);
    await foreigners(c, ['e'], [service('mail', {}, { '*': {} })]);
    expect(await received(c, 'ping', 4)).toEqual(['mail>c', 'mail>d', 'mail>e', 'mail>a']);
  });

  it('are the same object until something changes that concerns subscriptions', async () => {
    const c = await start([me()]);
    const [a] = await foreigners(c, ['a'], [service('mail', {}, { ping: {} })]);
    const targets = c.registry('me').event('ping');
    const { remotes } = targets.groups[0]!;
    await foreigners(c, ['b'], [service('math', { add: {} })]);
    a!.beat();
    await c.cluster.advance(0);
    expect(c.registry('me').event('ping')).toBe(targets);
    expect(targets.groups[0]!.remotes).toBe(remotes);
    await foreigners(c, ['c'], [service('audit', {}, { ping: {} })]);
    expect(c.registry('me').event('ping')).not.toBe(targets);
    expect(await received(c, 'ping')).toEqual(['mail>a', 'audit>c']);
  });

  it('are balanced by the strategy of the event, ours before that of others', async () => {
    const select = (place: number) => ({ select: <E>(endpoints: readonly E[]) => endpoints.at(place)! });
    const c = await start([me({ preferLocal: false, strategy: select(0) as never })]);
    await foreigners(c, ['a', 'b'], [service('mail', {}, { ping: { strategy: 'RoundRobin' } })]);
    expect(await received(c, 'ping', 3)).toEqual(['mail>a', 'mail>b', 'mail>a']);
    await c.create('me', ours('mail', { ping: { strategy: select(-1) } }));
    expect(await received(c, 'ping', 3)).toEqual(['mail>b', 'mail>b', 'mail>b']);
  });

  it('of internal names are always ours, if we listen', async () => {
    const c = await start([me({ preferLocal: false }, ours('watch', { '$own.thing': {} }))]);
    await foreigners(c, ['a'], [service('watch', {}, { '$own.thing': {} })]);
    expect(await received(c, '$own.thing', 2)).toEqual(['watch $own.thing', 'watch $own.thing']);
    await c.cluster.run(c.broker('me').destroyService('watch'));
    expect(await received(c, '$own.thing')).toEqual(['watch>a']);
  });

  it('are kept for 5,000 names at most', async () => {
    const c = await start([me()]);
    await foreigners(c, ['a'], [service('mail', {}, { 'order.*': {} })]);
    for (let i = 0; i < 6_000; i++) void c.broker('me').emit(`order.${i}`);
    await c.cluster.advance(0);
    expect(c.registry('me').stats()).toMatchObject({ eventTargets: 5_000, eventGroups: 1 });
    expect(c.got('a', 'EVENT')).toHaveLength(6_000);
    expect(await received(c, 'order.0')).toEqual(['mail>a']);
  });

  it('stay right when one node has more groups than are kept', async () => {
    const c = await start([me({ maxAnnouncedSize: 2 ** 33 })]);
    const events = Array.from({ length: 30_100 }, (_, i) => ({ name: 'x', group: `g${i}` }));
    await foreigners(c, ['a'], [{ name: 'hostile', events }]);
    const old = groupsOf(c, 'x');
    expect(old.length).toBe(30_100);
    expect(old.every((group) => group.remotes.length === 1)).toBe(true);
    await foreigners(c, ['b'], [{ name: 'hostile', events }]);
    for (const groups of [old, groupsOf(c, 'x')]) {
      expect(groups.every((group) => group.remotes.length === 2)).toBe(true);
    }
    expect(c.registry('me').stats().eventGroups).toBeLessThanOrEqual(30_000);
  });

  it('are found by trying each pattern once a name, however often others change what they announce', async () => {
    const c = await start([me()]);
    const [a] = await foreigners(c, ['a'], [service('mail', {}, { 'x.*.z': {}, '**q?': {} })]);
    const b = foreigner(c, 'b');
    const changes = async (seq: number, pattern: string) => {
      b.info([service('s', {}, { [pattern]: {} })], { seq });
      await c.cluster.advance(0);
    };
    await received(c, 'x.y.z');
    const accepts = vi.spyOn(PatternMachine.prototype, 'accepts');
    for (let seq = 1; seq <= 50; seq++) {
      await changes(seq, `x.?.${seq}*`);
      expect(await received(c, 'x.y.z')).toEqual(['mail>a']);
    }
    expect(accepts).toHaveBeenCalledTimes(50);
    accepts.mockRestore();
    await changes(51, 'x.?.z');
    expect(await received(c, 'x.y.z')).toEqual(['mail>a', 's>b']);
    a!.info([], { seq: 2 });
    await c.cluster.advance(0);
    expect(await received(c, 'x.y.z')).toEqual(['s>b']);
  });
});

describe('our own listeners of an event from elsewhere', () => {
  /** What runs of ours when a node sends us an event. */
  const heard = async (c: Life, event: string, fields: object = {}) => {
    ran.splice(0);
    const sender = foreigner(c, 'sender');
    sender.send('EVENT', 'me', { event, id: `${event}-${++sent}`, data: 1, ...fields });
    sender.leave();
    await c.cluster.advance(0);
    return [...ran];
  };
  let sent = 0;

  it('are those whose pattern fits, by group, as they came', async () => {
    const one = ours('one', { 'x.**': {}, 'x.y': {}, z: {} });
    const two = ours('two', { 'x.?': {}, '*': { group: 'one' } });
    const c = await start([me({}, one, two)]);
    await foreigners(c, ['a'], [service('far', {}, { '**': {}, 'x.y': {} })]);
    expect(await heard(c, 'x.y')).toEqual(['one x.**', 'one x.y', 'two x.?']);
    expect(await heard(c, 'x.y', { groups: ['two'] })).toEqual(['two x.?']);
    expect(await heard(c, 'z')).toEqual(['one z', 'two *']);
    expect(await heard(c, 'z', { groups: ['two'] })).toEqual([]);
    expect(await heard(c, 'far.away.thing')).toEqual([]);
    await c.cluster.run(c.broker('me').destroyService('one'));
    expect(await heard(c, 'x.y')).toEqual(['two x.?']);
    await c.cluster.run(c.broker('me').destroyService('two'));
    expect(await heard(c, 'x.y')).toEqual([]);
  });

  it('cost nothing that grows with what other nodes listen to, and are kept for 5,000 names at most', async () => {
    const c = await start([me({}, ours('one', { 'order.*': {} }))]);
    const patterns = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`**${i}**?`, {}]));
    await foreigners(c, ['hostile'], [service('s', {}, patterns)]);
    expect(c.registry('me').stats().eventLists).toBe(401);
    const sender = foreigner(c, 'sender');
    const accepts = vi.spyOn(PatternMachine.prototype, 'accepts');
    ran.splice(0);
    for (let i = 0; i < 6000; i++) sender.send('EVENT', 'me', { event: `order.${i}`, id: `${i}` });
    await c.cluster.advance(0);
    expect(accepts).not.toHaveBeenCalled();
    accepts.mockRestore();
    expect(ran).toHaveLength(6000);
    expect(c.registry('me').stats()).toMatchObject({ heardEvents: 5000, eventTargets: 0 });
  });
});
