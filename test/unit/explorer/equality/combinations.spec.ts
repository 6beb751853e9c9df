import { beforeAll, describe, expect, it } from 'vitest';
import { both, type Both } from './support/both.js';
import { combination, KINDS, type Places, scripts, subsets } from './support/combination.js';
import { Dependency } from './support/players.js';

/** Runs all scripts; fails with the first difference. */
async function compare(both: Both, type: any, places: Places): Promise<number> {
  let count = 0;
  for (const script of scripts(places)) {
    const different = await both.difference(type, 'go', undefined, script);
    if (different !== null)
      expect({ script, ...different.ours }).toStrictEqual({ script, ...different.nest });
    expect(different).toBeNull();
    count++;
  }
  return count;
}

describe('a compiled handler does what Nest’s ExternalContextCreator does, with', () => {
  const cases = subsets(KINDS)
    .filter((kinds) => kinds.length > 0)
    .map((kinds) => ({ name: kinds.join('_'), kinds, text: kinds.join(', ') }));
  const combinations = new Map(
    cases.map(({ name, kinds }) => [name, combination(name, kinds, ['method'])] as const),
  );
  const doubled = combination('doubled', [...KINDS], ['class', 'method']);
  let app: Both;

  beforeAll(async () => {
    const types = [...combinations.values()].map(({ type }) => type);
    app = await both({ providers: [Dependency, ...types, doubled.type] });
  });

  it.each(cases)('$text', async ({ name }) => {
    const { type, places } = combinations.get(name)!;
    expect(await compare(app, type, places)).toBeGreaterThan(0);
  });

  it('two of each kind, on class and method', async () => {
    expect(await compare(app, doubled.type, doubled.places)).toBeGreaterThan(3000);
  });
});
