import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestTable, type TableEntry } from '../../../lib/transit/request-table.js';

class Entry implements TableEntry {
  chained: TableEntry | null = null;
  turn = 0;
  constructor(readonly id: string) {}
}

/** Those of a kind have one hash: 31 * 'A' + 'a' is 31 * 'B' + 'B'. */
const TWINS = ['Aa', 'BB'];

describe('the table of requests', () => {
  it('finds what a Map would, whatever comes and goes', () => {
    const id = fc.oneof(
      fc.integer({ min: 0, max: 200 }).map((n) => `0c7d-${n}`),
      fc.string({ unit: fc.constantFrom(...TWINS), maxLength: 8 }),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const step = fc.record({ id, kind: fc.constantFrom('add', 'add', 'add', 'remove', 'get') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
        const table = new RequestTable<Entry>();
        const model = new Map<string, Entry>();
        for (const { id, kind } of steps) {
          if (kind === 'add') {
            const entry = new Entry(id);
            expect(table.add(entry)).toBe(!model.has(id));
            if (!model.has(id)) model.set(id, entry);
          } else if (kind === 'remove') {
            const entry = model.get(id);
            if (entry !== undefined) table.remove(entry);
            model.delete(id);
          }
          expect(table.get(id)).toBe(model.get(id));
          expect(table.size).toBe(model.size);
        }
        const inOrder = [...model.values()];
        const entries = table.entries();
        expect(entries).toHaveLength(inOrder.length);
        expect(entries.every((entry, i) => entry === inOrder[i])).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('holds many, and lets go of all', () => {
    const table = new RequestTable<Entry>();
    const entries = Array.from({ length: 5000 }, (_, i) => new Entry(`id-${i}`));
    for (const entry of entries) table.add(entry);
    expect(entries.every((entry) => table.get(entry.id) === entry)).toBe(true);
    for (const entry of entries) table.remove(entry);
    expect([table.size, table.entries(), table.get('id-7')]).toEqual([0, [], undefined]);
    expect(entries.every((entry) => entry.chained === null)).toBe(true);
  });

  it('takes no second one of an ID, and takes nothing out for one that it did not take', () => {
    const table = new RequestTable<Entry>();
    const first = new Entry('one');
    const second = new Entry('one');
    expect([table.add(first), table.add(second)]).toEqual([true, false]);
    table.remove(second);
    expect(table.get('one')).toBe(first);
    expect(table.size).toBe(1);
  });

  it('knows who came first after ever so many, too', () => {
    const table = new RequestTable<Entry>();
    Object.assign(table, { turns: 2 ** 31 - 3 });
    const ids = Array.from({ length: 9 }, (_, i) => `id-${(i * 7) % 9}`);
    for (const id of ids) table.add(new Entry(id));
    expect(table.entries().map(({ id }) => id)).toEqual(ids);
  });

  it('may be emptied while its entries are gone through', () => {
    const table = new RequestTable<Entry>();
    for (let i = 0; i < 300; i++) table.add(new Entry(`${i}`));
    for (const entry of table.entries()) table.remove(entry);
    expect(table.size).toBe(0);
  });
});
