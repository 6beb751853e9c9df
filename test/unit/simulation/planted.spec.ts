import { afterEach, describe, expect, it, vi } from 'vitest';
import type { MoleculerModuleOptions } from '../../../lib/index.js';
import { Deadlines } from '../../../lib/time/deadlines.js';
import { PendingRequests } from '../../../lib/transit/pending-requests.js';
import { Scenario } from '../../support/simulation/scenario.js';

afterEach(() => vi.restoreAllMocks());

/** Runs seeds until something is broken in the expected way. */
async function foundBy(seeds: readonly number[], what: RegExp, options: MoleculerModuleOptions = {}) {
  for (const seed of seeds) {
    const found = await new Scenario(seed, options).run();
    if (found.some((text) => what.test(text))) return true;
  }
  return false;
}

const FEW = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** A suite that finds nothing where something is wrong would show nothing. */
describe('the random troubles find a bug', () => {
  const forgetful = { transit: { rememberedIDs: 0 } };
  it('by which a repeated request runs again', async () => {
    expect(await foundBy(FEW, /^ran \d times: \S+ \S+ at /, forgetful)).toBe(true);
  });

  it('by which a repeated event is heard again', async () => {
    expect(await foundBy(FEW, /^ran \d times: emit \d+ by /, forgetful)).toBe(true);
  });

  it('by which a lost announcement stays lost', async () => {
    const options = { registry: { discoverer: { options: { refreshEvery: 0 } } } };
    expect(await foundBy([7, 20], /know of different offers/, options)).toBe(true);
    expect(await foundBy([7, 20], /as it was/, options)).toBe(true);
    expect(await foundBy([44, ...FEW], /sees an earlier/, options)).toBe(true);
  });

  it('by which a call that gets no answer waits for ever', async () => {
    vi.spyOn(Deadlines.prototype, 'add').mockImplementation(() => undefined);
    expect(await foundBy(FEW, /was never settled/)).toBe(true);
  });

  it('by which an entry of a settled call is kept', async () => {
    vi.spyOn(PendingRequests.prototype, 'remove').mockImplementation(() => undefined);
    expect(await foundBy(FEW, /calls to others left/)).toBe(true);
  });
});
