import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { Bundler } from '../../../lib/transit/bundler.js';
import { RequestTable, type TableEntry } from '../../../lib/transit/request-table.js';

/**
 * What a call leaves behind must be gone with the next small collection. It is not if something old, though dead, still points at
 * it: then it grows old itself, and a busy node spends half its time on garbage.
 */
let collect: (options?: { type: 'minor' }) => void;

beforeAll(() => {
  setFlagsFromString('--expose-gc');
  collect = runInNewContext('gc') as typeof collect;
});

const TURNS = 200;
const SIZE = 50_000;

/** Bytes that small collections leave of what `turn` has dropped. */
function left(turn: (text: string) => void): number {
  // What there is now has been there for long.
  collect();
  collect();
  const source = Buffer.alloc(SIZE, 'x');
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < TURNS; i++) {
    turn(source.toString('latin1'));
    // A text that lives through two of them has grown old.
    collect({ type: 'minor' });
  }
  collect({ type: 'minor' });
  return process.memoryUsage().heapUsed - before;
}

const A_FEW = 20 * SIZE;

describe('garbage', () => {
  it('grows old where a map is cleared again and again, or its entries come and go', () => {
    const cleared = new Map<string, string>();
    const clear = (text: string) => {
      cleared.set('node', text);
      cleared.clear();
    };
    const busy = new Map<number, string>();
    let count = 0;
    const comeAndGo = (text: string) => {
      for (let i = 0; i < 20; i++) {
        busy.set(count++, text);
        busy.delete(count - 10);
      }
    };
    for (const turn of [clear, comeAndGo]) expect(left(turn)).toBeGreaterThan((TURNS / 2) * SIZE);
  });

  it('of bundles does not grow old', () => {
    const bundler = new Bundler(() => true);
    const turn = (text: string) => {
      bundler.send('REQ', 'node', text);
      bundler.flush(undefined);
    };
    expect(left(turn)).toBeLessThan(A_FEW);
  });

  it('of calls does not grow old', () => {
    const table = new RequestTable<Call>();
    let count = 0;
    const under: Call[] = [];
    const turn = (text: string) => {
      for (let i = 0; i < 20; i++) {
        const call = new Call(`call-${count++}`, text);
        table.add(call);
        under.push(call);
        if (under.length > 10) table.remove(under.shift() as Call);
      }
    };
    expect(left(turn)).toBeLessThan(A_FEW);
  });
});

class Call implements TableEntry {
  chained: TableEntry | null = null;
  turn = 0;
  constructor(
    readonly id: string,
    readonly text: string,
  ) {}
}
