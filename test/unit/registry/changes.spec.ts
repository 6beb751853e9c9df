import { filter, firstValueFrom, map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { RegistryChange } from '../../../lib/registry/registry-change.js';
import { math, quietLog } from './node-life.fixture.js';
import { info, makeRegistry } from './registry.fixture.js';

const errors = quietLog();

describe('changes()', () => {
  it('tells what happens from the subscription on, and completes', async () => {
    const { registry } = makeRegistry();
    registry.applyInfo(info('early', math));
    const seen: Partial<RegistryChange>[] = [];
    let completed = false;
    registry
      .changes()
      .subscribe({ next: ({ node: _node, ...rest }) => seen.push(rest), complete: () => (completed = true) });
    const next = firstValueFrom(registry.changes().pipe(filter(({ type }) => type === 'node.disconnected')));
    registry.applyInfo(info('a', math));
    registry.applyInfo(info('a', math));
    registry.disconnect('a', true);
    registry.applyInfo(info('a', math));
    registry.complete();
    expect(seen).toEqual([
      { type: 'services.changed' },
      { type: 'node.connected', reconnected: false },
      { type: 'node.updated' },
      { type: 'node.disconnected', unexpected: true },
      { type: 'services.changed' },
      { type: 'services.changed' },
      { type: 'node.connected', reconnected: true },
    ]);
    expect(completed).toBe(true);
    expect((await next).node).toMatchObject({ id: 'a', available: false });
  });

  it('survives subscribers that throw, also behind operators', () => {
    const { registry } = makeRegistry();
    const seen: string[] = [];
    const fail = (what: string) => (): never => {
      throw new Error(what);
    };
    registry.changes().subscribe(fail('plain'));
    registry
      .changes()
      .pipe(map(fail('operator')))
      .subscribe();
    registry
      .changes()
      .pipe(map((change) => change.type))
      .subscribe(fail('behind an operator'));
    registry.changes().subscribe({ next: ({ type }) => seen.push(type), complete: fail('at the end') });
    registry.applyInfo(info('a', math));
    registry.complete();
    expect(seen).toEqual(['services.changed', 'node.connected']);
    const reported = errors()
      .map(([, stack]) => String(stack).split('\n')[0])
      .sort();
    expect(reported).toEqual([
      'Error: at the end',
      'Error: behind an operator',
      'Error: behind an operator',
      'Error: operator',
      'Error: plain',
      'Error: plain',
    ]);
  });
});
