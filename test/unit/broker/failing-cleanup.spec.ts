import { finalize, merge, NEVER, Observable, of, take, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../lib/context/context.js';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

// What is thrown where nobody catches it fails the run of these tests, whichever of them it was.
const logs = recordLogs();
const cluster = eachCluster();
const alone = (options = {}) => cluster().started({ nodeID: 'me', transporter: null, ...options });
const idle = ({ deadlines, requester, localWork, remoteWork }: Record<string, never>) => [
  (deadlines as { size: number }).size,
  (requester as { pending: { size: number } }).pending.size,
  (localWork as { count: number }).count,
  (remoteWork as { count: number }).count,
];

const fails = (text: string) => () => {
  throw new Error(text);
};
const logged = (text: string) => logs.texts('error').filter((line) => line.includes(text));
/** Ends after a while, and cleans up badly, on two levels. */
const untidy = (values: Observable<unknown>) =>
  new Observable((subscriber) => {
    subscriber.add(values.subscribe(subscriber));
    return fails('inner');
  }).pipe(finalize(fails('outer')));

describe('an action whose Observable fails to clean up', () => {
  it('times out as any other, and the ones beside and after it do', async () => {
    const { broker } = await alone({ requestTimeout: 500 });
    await broker.createService({
      name: 's',
      actions: { untidy: () => untidy(NEVER), hangs: () => new Promise(() => undefined) },
    });
    const outcome = (action: string) => broker.call(action).catch((error: Error) => error.name);
    for (let round = 0; round < 2; round++) {
      const calls = Promise.all(['s.untidy', 's.hangs', 's.untidy', 's.hangs'].map(outcome));
      await cluster().advance(600);
      expect(await calls).toEqual(Array(4).fill('RequestTimeoutError'));
    }
    expect(logged('inner').length + logged('outer').length).toBeGreaterThanOrEqual(8);
    expect((await idleOf(broker)).slice(0, 2)).toEqual([0, 0]);
  });

  it('is given up by the caller’s signal', async () => {
    const { broker } = await alone();
    await broker.createService({ name: 's', actions: { untidy: () => untidy(NEVER) } });
    const controller = new AbortController();
    const call = broker.call('s.untidy', {}, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(call).rejects.toMatchObject({ name: 'RequestAbortedError' });
    await cluster().advance(50);
    expect(await idleOf(broker)).toEqual([0, 0, 0, 0]);
    expect([logged('inner').length, logged('outer').length]).toEqual([1, 1]);
  });

  it.each([
    ['at once', () => of(1)],
    ['later', () => timer(50, cluster().scheduler)],
  ])('fails with what that throws when it ends %s, as with finally', async (_, source) => {
    const { broker } = await alone();
    const tidy = () => source().pipe(finalize(fails('one')));
    await broker.createService({ name: 's', actions: { tidy, untidy: () => untidy(source()) } });
    const calls = Promise.allSettled(['s.tidy', 's.untidy'].map((action) => broker.call(action)));
    await cluster().advance(100);
    const reasons = (await calls).map((outcome) => (outcome as PromiseRejectedResult).reason as Error);
    expect(reasons[0].message).toBe('one');
    expect(['inner', 'outer']).toContain(reasons[1].message);
    expect([logged('one').length, logged('inner').length, logged('outer').length]).toEqual([1, 1, 1]);
  });

  it('fails with its own error, where it has one; the other is logged too', async () => {
    const { broker } = await alone();
    const action = () => throwError(() => new Error('first')).pipe(finalize(fails('second')));
    await broker.createService({ name: 's', actions: { action } });
    await expect(broker.call('s.action')).rejects.toThrow('first');
    expect([logged('first').length, logged('second').length]).toEqual([1, 1]);
  });

  it('is an error for the caller on another node as well', async () => {
    const c = cluster();
    const { broker: far } = await c.started({ nodeID: 'far' });
    const { broker: near } = await c.started({ nodeID: 'near', requestTimeout: 500 });
    const actions = { ends: () => of(1).pipe(finalize(fails('gone wrong'))), hangs: () => untidy(NEVER) };
    await far.createService({ name: 's', actions });
    await c.advance(200);
    await expect(c.until(near.call('s.ends'))).rejects.toThrow('gone wrong');
    await expect(c.until(near.call('s.hangs'))).rejects.toMatchObject({ name: 'RequestTimeoutError' });
    await c.advance(100);
    expect([await idleOf(far), await idleOf(near)]).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
  });
});

describe('an event handler whose Observable fails to clean up', () => {
  it('has failed: it is logged and told to errors$, and harms no other', async () => {
    const { broker } = await alone();
    const told: string[] = [];
    const heard: unknown[] = [];
    broker.errors$.subscribe(({ error, service }) => void told.push(`${service}: ${error.message}`));
    const later = () => timer(50, cluster().scheduler).pipe(finalize(fails('of a')));
    await broker.createService({ name: 'a', events: { tick: later } });
    await broker.createService({ name: 'b', events: { tick: (ctx: Context) => heard.push(ctx.params) } });
    const emitted = broker.emit('tick', 1).catch((error: Error) => error.message);
    await cluster().advance(100);
    await emitted;
    expect([told, heard]).toEqual([['a: of a'], [1]]);
    expect(logged('of a')).toHaveLength(1);
  });
});

describe('a subscriber that fails to clean up', () => {
  it('of an event stream: it is logged, the other subscribers and the stop go on', async () => {
    const { broker, node } = await alone();
    const heard: string[] = [];
    const note = (name: string) => ({
      next: () => void heard.push(name),
      complete: () => void heard.push(`${name} ends`),
    });
    broker
      .events('tick')
      .pipe(finalize(fails('at the end')))
      .subscribe(note('a'));
    merge(broker.events('tick').pipe(finalize(fails('merged'))), NEVER.pipe(take(1))).subscribe(note('b'));
    broker.events('tick').subscribe(note('c'));
    broker.registry
      .changes()
      .pipe(finalize(fails('of changes')))
      .subscribe(note('d'));
    broker.registry.changes().subscribe(note('e'));
    broker.errors$.pipe(finalize(fails('of errors'))).subscribe(note('f'));
    broker.errors$.subscribe(note('g'));
    await broker.emit('tick');
    expect(heard).toEqual(['a', 'b', 'c']);
    await cluster().until(node.stop());
    expect(heard.slice(3)).toEqual(['a ends', 'c ends', 'f ends', 'g ends', 'd ends', 'e ends']);
    for (const text of ['at the end', 'merged', 'of changes', 'of errors']) {
      expect(logs.texts('error').join(), text).toContain('subscriber');
    }
    expect(logs.texts('log').join()).toContain('stopped');
  });
});

/** Deadlines, calls to others, local and remote work, once all that is settled has had its turn. */
async function idleOf(broker: { parts: unknown }): Promise<number[]> {
  await cluster().advance(0);
  return idle(broker.parts as Record<string, never>);
}
