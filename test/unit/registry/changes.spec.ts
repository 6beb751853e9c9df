import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { foreigner, service } from '../foreign.fixture.js';
import { lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const start = lives(logs);

describe('changes()', () => {
  it('survives subscribers that throw, also behind operators', async () => {
    const c = await start([node('me', { internalServices: false })]);
    const { registry } = c.broker('me');
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
    foreigner(c, 'a').info([service('math', { add: {} })]);
    await c.cluster.advance(0);
    expect(await c.answers('math.add')).toEqual(['a']);
    await c.leave('me');
    expect(seen).toEqual(['services.changed', 'node.connected']);
    const reported = logs.lines.flatMap(({ level, stack }) =>
      level === 'error' ? [stack!.split('\n')[0]] : [],
    );
    expect(reported.sort()).toEqual([
      'Error: at the end',
      'Error: behind an operator',
      'Error: behind an operator',
      'Error: operator',
      'Error: plain',
      'Error: plain',
    ]);
  });
});
