import { map, type Observable, Subject, take, takeUntil } from 'rxjs';
import { expect, it } from 'vitest';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();

it('an async subscriber that fails is reported as one that throws', async () => {
  const { broker } = await cluster().started({ transporter: null });
  const heard: unknown[] = [];
  const fails = async () => {
    await Promise.resolve();
    throw new Error('later');
  };
  for (const stream of [broker.events('tick'), broker.errors$, broker.registry.changes()]) {
    (stream as Observable<unknown>).subscribe(fails as () => void);
    (stream as Observable<unknown>).pipe(map((one) => one)).subscribe((one) => void heard.push(one));
  }
  await broker.createService({
    name: 's',
    events: {
      tick: () => {
        throw new Error('x');
      },
    },
  });
  heard.length = 0;
  await broker.emit('tick');
  await new Promise((resolve) => setImmediate(resolve));
  expect(heard).toHaveLength(2);
  for (const of of ["event 'tick'", 'errors$', 'changes()'])
    expect(logs.texts('error').filter((line) => line.includes('ubscriber') && line.includes(of))).not.toEqual(
      [],
    );
});

it('whoever hears that a pattern is listened to may listen to it as well, or make it end', async () => {
  const { broker } = await cluster().started({ transporter: null });
  const heard: string[] = [];
  let then: (() => void) | null = null;
  broker.registry.changes().subscribe(() => {
    const now = then;
    then = null;
    now?.();
  });
  then = () => broker.events('tick').subscribe(() => heard.push('second'));
  broker.events('tick').subscribe(() => heard.push('first'));
  for (let i = 0; i < 3; i++) await broker.emit('tick');
  expect(heard).toEqual(Array(3).fill(['first', 'second']).flat());
  const end = new Subject<void>();
  then = () => end.next();
  broker.events('left').pipe(takeUntil(end)).subscribe();
  expect(broker.registry.events().map(({ name }) => name)).toEqual(['tick']);
});

it('also as the first and only one of the node', async () => {
  const { broker } = await cluster().started({ transporter: null, internalServices: false });
  const end = new Subject<void>();
  broker.registry
    .changes()
    .pipe(take(1))
    .subscribe(() => end.next());
  broker.events('left').pipe(takeUntil(end)).subscribe();
  expect([broker.registry.events(), broker.registry.services(), broker.parts.streams.size]).toEqual([
    [],
    [],
    0,
  ]);
});
