import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Child } from '../../support/child.js';
import { compileOwn } from '../../support/own-child.js';

/** `HOSTILE_PACKETS` and `HOSTILE_SEED` repeat a run or make it longer; `npm run test:fuzz` does both. */
const PACKETS = Number(process.env['HOSTILE_PACKETS'] ?? 5000);
const SEED = Number(process.env['HOSTILE_SEED'] ?? Date.now() % 2 ** 31);

const MB = 1024 * 1024;
const LIMITS = { maxNodes: 100, maxAnnouncedSize: 1.25 * MB };

describe(`a node flooded with ${PACKETS} hostile packets (HOSTILE_SEED=${SEED})`, () => {
  let compiled: { dir: string; remove(): Promise<void> };
  let flooded: { samples: number[]; calls: Record<string, number> };
  let report: any;

  beforeAll(async () => {
    compiled = await compileOwn();
    const options = {
      transporter: { type: 'Memory', options: { hub: 'hostile' } },
      heartbeatInterval: 1,
      // Longer than the flood takes, so that the limits are reached; shorter than the newcomer waits, whom a full node takes in only when others
      // have gone.
      heartbeatTimeout: 15,
      registry: { ...LIMITS, discoverer: { options: { cleanOfflineNodesTimeout: 5 } } },
      exposeStack: false,
    };
    const victim = await Child.start('hostile-victim.mjs', 'the victim', [
      JSON.stringify({ lib: compiled.dir, options }),
    ]);
    console.log(`HOSTILE_SEED=${SEED} HOSTILE_PACKETS=${PACKETS}`);
    flooded = await victim.cmd('flood', { seed: SEED, count: PACKETS });
    report = await victim.cmd('report', { name: 'fresh' });
    console.log(JSON.stringify({ ...flooded, ...report }));
    await victim.stop();
  }, 600_000);

  afterAll(() => compiled.remove());

  it('runs no handler that it must not, changes no prototype, and lets no error escape', () => {
    expect(report.wrong).toEqual([]);
  });

  it('serves and calls as before, itself and nodes that come later', () => {
    expect(report.served).toEqual({
      local: 3,
      toFresh: 'fresh',
      fromFresh: 3,
      lists: [true, true, true, true],
    });
    expect(flooded.calls['local']).toBeGreaterThan(PACKETS / 200);
  });

  it('settles no call by the answer of a node that was not asked, and leaves none open', () => {
    expect(report.silent).toBe('pending');
    expect(report.counts.pending).toBe(1);
  });

  it('remembers no more than its limits allow', () => {
    const { peaks } = report;
    expect(peaks.nodes).toBe(LIMITS.maxNodes + 1);
    expect(peaks.shapes).toBeLessThanOrEqual(peaks.nodes);
    expect(peaks.announcedSize).toBeLessThanOrEqual(LIMITS.maxAnnouncedSize);
    expect(peaks.announcedSize).toBeGreaterThan(LIMITS.maxAnnouncedSize / 2);
    expect(peaks.emptyLists).toBeLessThanOrEqual(10_000);
    expect(peaks.eventTargets).toBeLessThanOrEqual(5000);
    expect(peaks.heardEvents).toBeLessThanOrEqual(5000);
    expect(peaks.versions).toBeLessThanOrEqual(LIMITS.maxNodes + 10_000);
  });

  it('takes no more memory at its end than halfway, but for what its limits allow', () => {
    const { samples } = flooded;
    const [before, halfway, end] = [samples[0]!, samples[Math.floor(samples.length / 2)]!, samples.at(-1)!];
    expect(end - halfway, `MB in the second half; all: ${samples.join()}`).toBeLessThan(8);
    expect(end - before, `MB from before; all: ${samples.join()}`).toBeLessThan(30);
  });

  it('fills no log', () => {
    expect(report.lines).toBeLessThan(10_000 + PACKETS / 10);
  });
});
