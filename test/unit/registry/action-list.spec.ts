import { describe, expect, it } from 'vitest';
import type { Context, ServiceSchema } from '../../../lib/index.js';
import { foreigner, foreigners, service } from '../foreign.fixture.js';
import { type Life, lives, node } from '../life.fixture.js';
import { ctx, ours as local } from './registry.fixture.js';

const start = lives();

const bare = { internalServices: false };
const me = node('me', bare);
const add = service('math', { add: {} });

/** A service of ours whose actions tell where they ran on. */
const ours = (name: string, actions: Record<string, object>): ServiceSchema => ({
  name,
  actions: Object.fromEntries(
    Object.entries(actions).map(([action, more]) => [
      action,
      { ...more, handler: (ctx: { broker: { nodeID: string } }) => ctx.broker.nodeID },
    ]),
  ),
});
const listOf = (c: Life, action: string) => c.registry('me').action(action);

describe('the list of an action', () => {
  it('takes the name inside the action, not its key', async () => {
    const c = await start([me]);
    const actions = { 'key.only': { name: 'real.name' }, 'no.name': { rawName: 'x' } };
    await foreigners(c, ['a'], [{ name: 'math', actions }]);
    expect(await c.answers('real.name')).toEqual(['a']);
    for (const name of ['key.only', 'no.name'])
      expect(await c.answers(name)).toEqual(['ServiceNotFoundError']);
  });

  it.each([
    ['published', true],
    ['public', true],
    [null, true],
    ['protected', false],
    ['private', false],
    ['whatever', false],
  ])('has remote actions of visibility %s: %s', async (visibility, callable) => {
    const c = await start([me]);
    const [a] = await foreigners(c, ['a'], [service('s', { act: { visibility } })]);
    expect(await c.answers('s.act')).toEqual([callable ? 'a' : 'ServiceNotFoundError']);
    const direct = c.broker('me').call('s.act', {}, { nodeID: a!.nodeID });
    await expect(direct.catch(({ name }: Error) => name)).resolves.toBe(
      callable ? 'a' : 'ServiceNotFoundError',
    );
    expect(c.got('a', 'REQ')).toHaveLength(callable ? 2 : 0);
  });

  it('always serves names that begin with $ here, if they are here', async () => {
    const registry = { preferLocal: false };
    const c = await start([node('me', { ...bare, registry }), node('full', { registry })]);
    await foreigners(c, ['a'], [service('$node', { list: {} })]);
    expect(new Set(await c.answers('$node.list', 2))).toEqual(new Set([expect.anything(), 'a']));
    c.forget();
    for (let i = 0; i < 4; i++) {
      expect(await c.broker('full').call('$node.list')).toMatchObject([{ id: 'full', local: true }, {}, {}]);
    }
    expect(c.carried.filter(({ type }) => type === 'REQ')).toEqual([]);
  });

  it('finds the endpoint of one node', async () => {
    const c = await start([me]);
    const [a] = await foreigners(c, ['a'], [add]);
    await foreigners(c, ['b'], [service('other', {})]);
    const on = (nodeID: string) =>
      c
        .broker('me')
        .call<string>('math.add', {}, { nodeID })
        .catch(({ name }: Error) => name);
    expect(await on('a')).toBe('a');
    for (const nodeID of ['b', 'c', 'me']) expect(await on(nodeID)).toBe('ServiceNotFoundError');
    const list = listOf(c, 'math.add')!;
    expect(list.on('a')).toMatchObject({ nodeID: 'a', name: 'math.add', local: false, available: true });
    expect(list.on('a')).toBe(list.on('a'));
    expect(list.on('a')).toBe(list.next(ctx));
    a!.send('DISCONNECT', undefined);
    await c.cluster.advance(0);
    expect(list.on('a')).toBeUndefined();
    expect(await on('a')).toBe('ServiceNotFoundError');
  });

  it('gives replicas one handler, made at the first call', async () => {
    const c = await start([me]);
    const { registry } = c.broker('me');
    const made: string[] = [];
    registry.setRemoteHandler(({ name }) => {
      made.push(name);
      return ({ nodeID }) => Promise.resolve(nodeID);
    });
    await foreigners(c, ['a', 'b', 'c'], [service('math', { add: {}, sub: {} })]);
    expect(made).toEqual([]);
    const nodes = await c.answers('math.add', 3);
    expect([...nodes].sort()).toEqual(['a', 'b', 'c']);
    expect(made).toEqual(['math.add']);
    expect(new Set(nodes.map((id) => listOf(c, 'math.add')?.on(id)?.handler)).size).toBe(1);
  });

  it('makes new endpoints for a node that came back or was restarted', async () => {
    const c = await start([me]);
    const a = foreigner(c, 'a');
    const endpoint = async (...said: (() => void)[]) => {
      for (const say of said) say();
      await c.cluster.advance(0);
      expect(await c.answers('math.add')).toEqual(['a']);
      return listOf(c, 'math.add')!.next(ctx)!;
    };
    const info = (instanceID: string) => () => a.info([add], { instanceID });
    const first = await endpoint(info('first life'));
    const second = await endpoint(info('second life'));
    const third = await endpoint(() => a.send('DISCONNECT', undefined), info('second life'));
    expect(new Set([first, second, third]).size).toBe(3);
    expect([first, second, third].map(({ available }) => available)).toEqual([false, false, true]);
  });

  it('remembers 10,000 names that are gone, the youngest', async () => {
    const c = await start([me]);
    const { registry } = c.broker('me');
    const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`act${i}`, {}]));
    const [a] = await foreigners(c, ['a'], [service('big', many)]);
    await foreigners(c, ['b'], [service('kept', { act: {} })]);
    a!.send('DISCONNECT', undefined);
    await c.cluster.advance(0);
    expect(registry.stats()).toMatchObject({ emptyLists: 10_000, actionLists: 10_001 });
    expect(await c.answers('big.act0')).toEqual(['ServiceNotFoundError']);
    expect(await c.answers('big.act1')).toEqual(['ServiceNotAvailableError']);
    expect(await c.answers('big.act10000')).toEqual(['ServiceNotAvailableError']);
    a!.info([service('big', many)], { seq: 9 });
    await c.cluster.advance(0);
    expect(registry.stats()).toMatchObject({ emptyLists: 0, actionLists: 10_002 });
    expect(await c.answers('big.act0')).toEqual(['a']);
  });

  it('returns a private action of ours only where nobody else has the name', async () => {
    const secret = { secret: { visibility: 'private' } };
    const own = ours('s', secret);
    const ask = (ctx: Context) => ctx.call('s.secret');
    const c = await start([node('me', bare, { ...own, actions: { ...own.actions, ask } })]);
    const asked = async (action: string) => (await c.answers(action))[0];
    // To all but its own service it does not exist.
    expect([await asked('s.secret'), await asked('s.ask')]).toEqual(['ServiceNotFoundError', 'me']);
    expect(listOf(c, 's.secret')).toMatchObject({ hidden: true, local: { visibility: 'private' } });
    const [a] = await foreigners(c, ['a'], [service('s', { secret: {} })]);
    expect(await c.answers('s.secret', 2)).toEqual(['a', 'a']);
    expect(listOf(c, 's.secret')?.hidden).toBe(false);
    a!.send('DISCONNECT', undefined);
    await c.cluster.advance(0);
    await c.cluster.run(c.broker('me').destroyService('s'));
    expect(await asked('s.secret')).toBe('ServiceNotAvailableError');
  });

  it('does not remember a name that only a private action of ours had', async () => {
    const c = await start([node('me', bare, ours('s', { secret: { visibility: 'private' }, open: {} }))]);
    await c.cluster.run(c.broker('me').destroyService('s'));
    expect(await c.answers('s.secret')).toEqual(['ServiceNotFoundError']);
    expect(await c.answers('s.open')).toEqual(['ServiceNotAvailableError']);
    expect(listOf(c, 's.secret')).toBeUndefined();
  });

  it('serves our own protected actions', async () => {
    const c = await start([node('me', bare, ours('s', { act: { visibility: 'protected' } })), node('b')]);
    expect(await c.answers('s.act')).toEqual(['me']);
    expect(await c.answers('s.act', 1, 'b')).toEqual(['ServiceNotFoundError']);
    expect(listOf(c, 's.act')?.next(ctx)).toMatchObject({
      visibility: 'protected',
      local: true,
      nodeID: 'me',
    });
  });

  it('gives an action back to the earlier of two services that have it', async () => {
    const c = await start([me]);
    const { registry } = c.broker('me');
    const settings = { $noServiceNamePrefix: true };
    const shares = (name: string) => ({ name, settings, actions: { shared: () => name } });
    await c.create('me', shares('one'));
    // To users that is refused.
    await expect(c.create('me', shares('two'))).rejects.toMatchObject({ name: 'ServiceSchemaError' });
    registry.registerLocal(local(service('two', {}, {}, { actions: { shared: { name: 'shared' } } })));
    const owner = () => registry.action('shared')?.local?.service.name;
    expect(owner()).toBe('two');
    expect(await c.broker('me').call('shared')).toBe('local shared');
    registry.unregisterLocal('two');
    expect(owner()).toBe('one');
    expect(await c.broker('me').call('shared')).toBe('one');
    await c.cluster.run(c.broker('me').destroyService('one'));
    expect(owner()).toBeUndefined();
    expect(await c.answers('shared')).toEqual(['ServiceNotAvailableError']);
  });
});
