import { it } from 'vitest';
import { broken } from '../../support/simulation/invariants.js';
import { Scenario } from '../../support/simulation/scenario.js';
const [first = 1, last = 50] = (process.env['EXPLORE'] ?? '').split('-').filter(Boolean).map(Number);
it('explore', { timeout: 600_000 }, async () => {
  const tally: Record<string, number[]> = {};
  const note = (what: string, seed: number) => (tally[what.replace(/ (at|fixed|node|of|the call)[ -].*/, '')] ??= []).push(seed);
  const t = performance.now();
  let calls = 0, virtual = 0, lines = 0;
  for (let seed = first; seed <= last; seed++) {
    const s = new Scenario(seed);
    try {
      await s.start();
      await s.play();
      await s.recover();
      for (const b of broken(s)) { note(b.split('\n')[0]!.replace(/(fixed-\d|node-\d-\d+-\w+)/g, 'N').replace(/N and N.*/, 'offers').replace(/: .*/, ''), seed); if (process.env['V']) console.log(seed, b); }
    } catch (e) { note('ERR ' + (e as Error).message, seed); if (process.env['V']) console.log(e); }
    calls += s.attempts.length; virtual += s.cluster.elapsed; lines += s.cluster.trace.split('\n').length;
    await s.cluster?.close().catch((e: Error) => note('CLOSE ' + e.message, seed));
    for (const a of s.attempts) if (!a.settled) note('unsettled after close', seed);
  }
  console.log(Math.round(performance.now() - t), 'ms', { calls, virtual, lines }, process.memoryUsage().heapUsed >> 20);
  for (const [k, v] of Object.entries(tally)) console.log(v.length, new Set(v).size, k, [...new Set(v)].slice(0, 8).join(' '));
});
