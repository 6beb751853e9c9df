import { Subscription } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Dictionary } from '../../../lib/protocol/packets.js';
import { BEATS, type Carried, lives, node, serves } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const start = lives(logs);

const patterns = (info: Dictionary | undefined): string[] =>
  ((info?.['services'] ?? []) as { events: Record<string, { name: string }> }[]).flatMap((service) =>
    Object.values(service.events).map(({ name }) => name),
  );
const names = (info: Dictionary | undefined) =>
  (info?.['services'] as { name: string }[]).map(({ name }) => name);
const seqs = (infos: readonly Dictionary[]) => infos.map((info) => info['seq']);
const late = serves('late', ['a']);

/** `me` offers nothing of its own, so that what it tells is what the test does. */
const me = node('me', { ...BEATS, internalServices: false });

describe('what the others are told', () => {
  it('the first subscriber of a stream is announced within 100 ms, the last one to leave withdraws it', async () => {
    const c = await start([me, node('peer')]);
    c.forget();
    const told = () => c.got('peer', 'INFO').map(patterns);
    const stream = c.broker('me').events('user.*');
    const [first, second] = [stream.subscribe(), stream.subscribe()];
    await c.cluster.advance(100);
    expect(told()).toEqual([['user.*']]);
    first.unsubscribe();
    await c.cluster.advance(200);
    expect(told()).toHaveLength(1);
    second.unsubscribe();
    await c.cluster.advance(100);
    expect(told()).toEqual([['user.*'], []]);
    expect(c.registry('peer').events({ onlyAvailable: true })).toEqual([]);
  });

  it('hundreds of subscribers that come and go cost no more than one INFO in a debounce time, and none if nothing changed', async () => {
    const c = await start([me, node('peer')]);
    c.forget();
    const broker = c.broker('me');
    for (let i = 0; i < 300; i++) broker.events(`topic.${i}`).subscribe().unsubscribe();
    await c.cluster.advance(1000);
    expect(c.got('peer', 'INFO')).toEqual([]);
    const all = new Subscription();
    for (let i = 0; i < 300; i++) {
      all.add(broker.events(`topic.${i}`).subscribe());
      await c.cluster.advance(10);
    }
    await c.cluster.advance(100);
    const { serviceChangedDebounceTime } = broker.options.transit;
    const told = c.got('peer', 'INFO');
    expect(told.length).toBeLessThanOrEqual(3000 / serviceChangedDebounceTime + 1);
    expect(patterns(told.at(-1))).toHaveLength(300);
    all.unsubscribe();
  });

  it('seq rises with each text that differs, and only then', async () => {
    const c = await start([me, node('peer')]);
    c.forget();
    const before = c.registry('me').localSeq;
    for (let i = 0; i < 2; i++) await c.ask('peer', 'me');
    expect(seqs(c.got('peer', 'INFO'))).toEqual([before, before]);
    await c.create('me', serves('one', ['a']));
    await c.cluster.advance(100);
    await c.cluster.run(c.broker('me').destroyService('one'));
    await c.cluster.advance(100);
    expect(seqs(c.got('peer', 'INFO')).slice(2)).toEqual([before + 1, before + 2]);
  });

  it('a change reaches all, although one node asked for it before it was published', async () => {
    const c = await start([me, node('asking'), node('other')]);
    c.forget();
    await c.create('me', late);
    await c.ask('asking', 'me');
    expect(c.got('asking', 'INFO', 'me').map(names)).toEqual([['late']]);
    expect(c.got('other', 'INFO', 'me')).toEqual([]);
    await c.cluster.advance(200);
    expect(c.got('other', 'INFO', 'me').map(names)).toEqual([['late']]);
    expect(await c.broker('other').call('late.a')).toBe('me');
  });

  it('a node that was told of a state which was taken back before it was published hears of the end of it', async () => {
    const c = await start([me, node('asking')]);
    await c.create('me', serves('short', ['a']));
    await c.ask('asking', 'me');
    expect(c.registry('asking').hasService('short')).toBe(true);
    await c.cluster.run(c.broker('me').destroyService('short'));
    await c.cluster.advance(200);
    const told = c.got('asking', 'INFO', 'me');
    expect(names(told.at(-1))).toEqual([]);
    expect(Math.max(...(seqs(told) as number[]))).toBe(told.at(-1)?.['seq']);
    expect(c.registry('asking').hasService('short')).toBe(false);
  });

  it('with both versions in the cluster each node is told in its own', async () => {
    const c = await start([
      me,
      node('old', { protocolVersion: '4' }),
      node('young', { protocolVersion: '5' }),
    ]);
    c.forget();
    await c.create('me', late);
    await c.cluster.advance(200);
    const told = (by: string) =>
      c
        .heard(by, 'INFO', 'me')
        .map(({ target, packet }: Carried): unknown[] => [target, packet['ver'], names(packet)]);
    expect(told('old')).toEqual([['old', '4', ['late']]]);
    expect(told('young')).toEqual([['young', '5', ['late']]]);
  });

  it('a node that never asked is introduced once', async () => {
    const c = await start([me, node('peer', BEATS, serves('x', ['y']))]);
    const questions = c.cluster.drop({ from: 'peer', type: 'DISCOVER' });
    c.forget();
    await c.cluster.restart('peer');
    expect(c.got('peer', 'INFO', 'me')).toHaveLength(1);
    expect(c.seenBy('peer')).toEqual(['me']);
    questions.stop();
    await c.ask('me', 'peer');
    await c.cluster.advance(2500);
    expect(c.got('me', 'INFO', 'peer').length).toBeGreaterThanOrEqual(2);
    expect(c.got('me', 'HEARTBEAT', 'peer').length).toBeGreaterThanOrEqual(1);
    expect(c.got('peer', 'INFO', 'me')).toHaveLength(1);
  });

  it('a node that asked while it joined hears of what changed before it announced itself', async () => {
    const c = await start([
      me,
      node('old', { protocolVersion: '4' }),
      node('young', { ...BEATS, protocolVersion: '5' }),
    ]);
    await c.leave('young');
    // As of a Moleculer.js node: the question at once, its own announcement a second and a half later.
    c.cluster.delay('1500ms', { from: 'young', type: 'INFO' });
    c.forget();
    await c.cluster.restart('young');
    expect(c.got('young', 'INFO', 'me').map(names)).toEqual([[]]);
    await c.create('me', late);
    await c.cluster.advance(1500);
    expect(c.sees('me', 'young')).toBe(true);
    expect(c.got('young', 'INFO', 'me').map(names).at(-1)).toEqual(['late']);
    const count = c.got('young', 'INFO', 'me').length;
    await c.ask('me', 'young');
    await c.cluster.advance(1600);
    expect(c.got('young', 'INFO', 'me')).toHaveLength(count);
  });

  it('a node that was thought to be gone hears of what changed meanwhile', async () => {
    // Nor does it ask of itself.
    const registry = { discoverer: { options: { refreshEvery: 0 } } };
    const young = node('young', { ...BEATS, registry, protocolVersion: '5' });
    const c = await start([me, node('old', { protocolVersion: '4' }), young]);
    const silence = c.cluster.drop({ from: 'young' });
    await c.cluster.advance(9000);
    expect(c.sees('me', 'young')).toBe(false);
    c.forget();
    await c.create('me', late);
    await c.cluster.advance(200);
    expect(c.got('young', 'INFO', 'me')).toEqual([]);
    silence.stop();
    await c.cluster.advance(2200);
    expect(c.sees('me', 'young')).toBe(true);
    expect(c.got('young', 'INFO', 'me').map(names)).toEqual([['late']]);
  });

  it('a heartbeat of a stranger is answered with the question who it is', async () => {
    // It must not be us who is heard first.
    const slow = node('me', { internalServices: false });
    const c = await start([slow, node(undefined, { ...BEATS, protocolVersion: '4' })]);
    const words = c.cluster.drop({ from: 1, type: ['INFO', 'DISCOVER'] });
    await c.cluster.restart(1);
    const stranger = c.cluster.nodeIDs[1]!;
    expect(c.registry('me').node(stranger)).toBeUndefined();
    words.stop();
    c.forget();
    await c.cluster.advance(2200);
    expect(c.got(stranger, 'DISCOVER', 'me')[0]).toEqual({ ver: '4', sender: 'me' });
    expect(c.got(stranger, 'INFO', 'me')[0]).toMatchObject({ ver: '4' });
    expect(c.sees('me', stranger)).toBe(true);
  });
});
