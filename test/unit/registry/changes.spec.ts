import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { math, quietLog } from './node-life.fixture.js';
import { info, makeRegistry } from './registry.fixture.js';

const errors = quietLog();

describe('changes()', () => {
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
