import fc from 'fast-check';
import {
  config,
  filter,
  firstValueFrom,
  lastValueFrom,
  map,
  merge,
  mergeMap,
  of,
  Subject,
  take,
  tap,
  toArray,
} from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { GuardedObservable } from '../../../lib/registry/guarded-observable.js';
import type { EventMessage } from '../../../lib/context/contract.types.js';
import { waitUntil } from '../../support/wait-until.js';
import { eachCluster } from '../cluster.fixture.js';
import { lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();
const start = lives(logs);
const alone = () => cluster().started({ nodeID: 'me', transporter: null });

describe('events()', () => {
  it('is hot: a subscriber hears what comes from then on, with everything that is known of it', async () => {
    const { broker } = await alone();
    await broker.emit('user.created', 0);
    const heard: EventMessage[] = [];
    broker.events('user.*').subscribe((message) => heard.push(message));
    await broker.emit('user.created', { id: 1 }, { meta: { m: 1 }, headers: { h: 1 } });
    await broker.broadcast('user.deleted', 2);
    expect(heard.map(({ ctx, ...rest }) => [rest, ctx.eventName])).toEqual([
      [
        {
          event: 'user.created',
          payload: { id: 1 },
          meta: { m: 1 },
          headers: { h: 1 },
          sender: 'me',
          groups: [],
          broadcast: false,
        },
        'user.created',
      ],
      [
        {
          event: 'user.deleted',
          payload: 2,
          meta: {},
          headers: {},
          sender: 'me',
          groups: [],
          broadcast: true,
        },
        'user.deleted',
      ],
    ]);
  });

  it('hears an emit to groups only if its own is among them', async () => {
    const { broker } = await alone();
    const heard: string[] = [];
    broker.events('tick').subscribe(({ payload }) => heard.push(`none ${String(payload)}`));
    broker
      .events('tick', { group: 'mail' })
      .subscribe(({ payload }) => heard.push(`mail ${String(payload)}`));
    await broker.emit('tick', 1, { groups: 'mail' });
    await broker.emit('tick', 2, { groups: ['other'] });
    expect(heard).toEqual(['mail 1']);
  });

  it('without a group sees every emit and takes none from handlers; with one it shares', async () => {
    const { broker } = await alone();
    const handled: unknown[] = [];
    await broker.createService({ name: 'mail', events: { tick: (ctx) => void handled.push(ctx.params) } });
    const all: unknown[] = [];
    const shared: unknown[] = [];
    broker.events('tick').subscribe(({ payload }) => all.push(payload));
    const sharing = broker.events('tick', { group: 'mail' }).subscribe(({ payload }) => shared.push(payload));
    for (let i = 0; i < 4; i++) await broker.emit('tick', i);
    expect(all).toEqual([0, 1, 2, 3]);
    expect([...handled, ...shared].sort()).toEqual([0, 1, 2, 3]);
    expect(shared).toHaveLength(2);
    sharing.unsubscribe();
    await broker.emit('tick', 4);
    expect(handled).toContain(4);
  });

  it('between nodes: each node’s stream sees every emit', async () => {
    const c = await start([node('a'), node('b'), node('deaf')]);
    const heard: unknown[] = [];
    for (const nodeID of ['a', 'b'])
      c.broker(nodeID)
        .events('tick.**')
        .subscribe(({ payload, sender }) => heard.push([payload, sender]));
    await c.cluster.advance(200);
    await c.broker('a').emit('tick.x.y', 1);
    await c.cluster.advance(0);
    expect(heard).toEqual([
      [1, 'a'],
      [1, 'a'],
    ]);
    // Those that do not listen get no packet.
    expect(c.got('deaf', 'EVENT')).toEqual([]);
  });

  it('hears $ names of the user from other nodes, internal ones from its own alone', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    const { broker } = await c.started({ nodeID: 'me' });
    peer.forget();
    broker.events('$mine').subscribe();
    broker.events('$node.*').subscribe();
    await c.advance(100);
    const [info] = peer.got('INFO');
    expect(JSON.stringify(info)).toContain('$mine');
    expect(JSON.stringify(info)).not.toContain('$node.');
  });

  it('completes when the broker stops; who comes later is completed at once', async () => {
    const c = cluster();
    const { broker, node } = await alone();
    const complete = vi.fn();
    broker.events('x').subscribe({ complete });
    const waiting = lastValueFrom(broker.events('y'), { defaultValue: 'nothing' });
    await c.until(node.stop());
    expect(complete).toHaveBeenCalledTimes(1);
    await expect(waiting).resolves.toBe('nothing');
    broker.events('x').subscribe({ complete });
    expect(complete).toHaveBeenCalledTimes(2);
  });

  it('a subscriber that throws harms nobody: not the others, not the sender, not the process', async () => {
    const { broker } = await alone();
    const heard: unknown[] = [];
    const bomb = () => {
      throw new Error('subscriber');
    };
    broker.events('tick').subscribe(bomb);
    broker
      .events('tick')
      .pipe(map(({ payload }) => payload))
      .subscribe({ next: bomb });
    broker.events('tick').pipe(tap(bomb)).subscribe();
    broker.events('tick').subscribe(({ payload }) => heard.push(payload));
    await broker.emit('tick', 1, { throwError: true });
    await broker.emit('tick', 2, { throwError: true });
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(heard).toEqual([1, 2]);
    expect(logs.texts('error').every((text) => text.includes("'tick'"))).toBe(true);
    // Two a message from the plain ones; the stream that failed in an operator ended with its first.
    expect(logs.texts('error')).toHaveLength(5);
  });

  it('a subscriber may leave, and others come, in the middle of a message', async () => {
    const { broker } = await alone();
    const heard: string[] = [];
    const first = broker.events('tick').subscribe(() => {
      heard.push('first');
      first.unsubscribe();
      broker.events('tick').subscribe(() => heard.push('late'));
    });
    await broker.emit('tick');
    await broker.emit('tick');
    expect(heard).toEqual(['first', 'late']);
  });

  it('one pattern more costs the same however many there are', async () => {
    const { broker } = await alone();
    const { registry } = broker;
    const [adds, removes] = [vi.spyOn(registry, 'addListener'), vi.spyOn(registry, 'removeListener')];
    const [serves, ends] = [vi.spyOn(registry, 'registerLocal'), vi.spyOn(registry, 'unregisterLocal')];
    const all = Array.from({ length: 3000 }, (_, n) => broker.events(`topic.${n}`).subscribe());
    const announced = () => registry.announcedInfo().find(({ name }) => name === '$streams')?.events;
    expect(Object.keys(announced()!)).toHaveLength(3000);
    for (const subscription of all) subscription.unsubscribe();
    expect(announced()).toBeUndefined();
    expect([adds, removes, serves, ends].map(({ mock }) => mock.calls.length)).toEqual([3000, 3000, 1, 1]);
  });

  it('leaves nothing behind when the last subscriber has left', async () => {
    const { broker, registry } = await alone();
    const before = registry.stats();
    for (let i = 0; i < 500; i++) {
      const waiting = firstValueFrom(broker.events(`topic.${i % 7}`));
      await broker.emit(`topic.${i % 7}`, i);
      await waiting;
    }
    expect(registry.localServices()).toEqual([]);
    expect(registry.stats()).toMatchObject({ eventLists: before.eventLists });
  });

  it.each(['', undefined, 5])('refuses the pattern %j', async (pattern) => {
    const { broker } = await alone();
    expect(() => broker.events(pattern as string)).toThrow(
      expect.objectContaining({ type: 'INVALID_NAME' }) as Error,
    );
  });
});

describe('a guarded observable', () => {
  it('reports what its subscriber throws, through any pipe, and goes on', () => {
    const operators = [
      map((n: number) => n),
      filter((n: number) => n >= 0),
      mergeMap((n: number) => of(n)),
      tap<number>(() => undefined),
    ];
    fc.assert(
      fc.property(
        fc.array(fc.nat(3), { maxLength: 5 }),
        fc.array(fc.nat(100), { maxLength: 10 }),
        (pipes, values) => {
          const report = vi.fn();
          const subject = new Subject<number>();
          const source: GuardedObservable<number> = new GuardedObservable(report, subject);
          const piped = pipes.reduce((stream, i) => stream.pipe(operators[i]!) as typeof source, source);
          const seen: number[] = [];
          piped.subscribe((n) => {
            seen.push(n);
            if (n % 2 === 1) throw new Error('odd');
          });
          for (const value of values) subject.next(value);
          expect(seen).toEqual(values);
          expect(report).toHaveBeenCalledTimes(values.filter((n) => n % 2 === 1).length);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('guards nothing that is created of it: behind merge errors are the subscriber’s own', async () => {
    const [report, unhandled] = [vi.fn(), vi.fn()];
    config.onUnhandledError = unhandled;
    try {
      const source = new Subject<number>();
      merge(new GuardedObservable(report, source), of<number>()).subscribe(() => {
        throw new Error('mine');
      });
      source.next(1);
      await waitUntil('the error', () => unhandled.mock.calls.length > 0);
      expect(unhandled).toHaveBeenCalledTimes(1);
      expect(report).not.toHaveBeenCalled();
    } finally {
      config.onUnhandledError = null;
    }
  });

  it('gives promises and operators what any observable gives them', async () => {
    const report = vi.fn();
    const source = new GuardedObservable<number>(report, of(1, 2, 3));
    await expect(firstValueFrom(source)).resolves.toBe(1);
    await expect(lastValueFrom(source.pipe(take(2), toArray()))).resolves.toEqual([1, 2]);
    await expect(firstValueFrom(source.pipe(filter((n) => n > 5)))).rejects.toThrow();
    expect(report).not.toHaveBeenCalled();
  });

  it('reports an error nobody asked for, hands it to whoever did, and survives a throwing complete', () => {
    const report = vi.fn();
    const subject = new Subject<number>();
    const source = new GuardedObservable<number>(report, subject);
    const error = vi.fn();
    source.subscribe();
    source.subscribe({ error });
    subject.error(new Error('source'));
    expect(error).toHaveBeenCalledTimes(1);
    expect(report).toHaveBeenCalledTimes(1);
    new GuardedObservable<number>(report, of(1)).subscribe({
      complete: () => {
        throw new Error('complete');
      },
    });
    expect(report).toHaveBeenCalledTimes(2);
  });
});
