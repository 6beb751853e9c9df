import { describe, expect, it, vi } from 'vitest';
import { ServiceBroker } from '../../../lib/index.js';
import { runSeeds } from '../../../lib/testing/index.js';
import { Scenario } from '../../support/simulation/scenario.js';
import { Client, clusters } from './test-cluster.fixture.js';

const start = clusters();

const traceOf = async (seed: number): Promise<string> => {
  const scenario = new Scenario(seed);
  await scenario.run();
  return scenario.cluster.trace;
};

describe('the trace of a test cluster', () => {
  it('tells of each packet when it came, from whom, to whom and what it was', async () => {
    const cluster = await start();
    const from = cluster.trace.length;
    cluster.drop({ type: 'RES' });
    cluster
      .get(Client, ServiceBroker)
      .call('math.add', { a: 1, b: 2 })
      .catch(() => undefined);
    await cluster.advance(0);
    const [request, answer] = cluster.trace.slice(from).split('\n');
    expect(request).toMatch(
      /^200\.000 client -> server MOL\.REQ\.server \{.*"action":"math\.add","params":\{"a":1,"b":2\}/,
    );
    expect(answer).toMatch(/^200\.000 server -x client MOL\.RES\.client \{.*"data":3/);
  });

  it('tells of what was done to nodes and network', async () => {
    const cluster = await start();
    cluster.partition('server', 'client');
    cluster.heal();
    await cluster.crash('server');
    await cluster.restart('server');
    const events = cluster.trace.split('\n').filter((line) => !/ -[>x] /.test(line));
    expect(events).toEqual([
      '200.000 partition server | client',
      '200.000 heal',
      '200.000 crash server',
      '200.000 restart server',
      '',
    ]);
  });

  it('shows no stack of an error, which differs from place to place', async () => {
    const cluster = await start({ logger: false });
    await cluster
      .get(Client, ServiceBroker)
      .call('math.fail')
      .catch(() => undefined);
    expect(cluster.trace).toContain('"stack":"…"');
  });

  it('is the same byte for byte for the same seed, through all troubles', async () => {
    const first = await traceOf(17);
    expect(first.length).toBeGreaterThan(50_000);
    expect(await traceOf(17)).toBe(first);
    expect(await traceOf(18)).not.toBe(first);
  });
});

describe('runSeeds', () => {
  it('stops at the first seed that fails, and names it', async () => {
    const seen: number[] = [];
    const run = runSeeds(5, (seed) => {
      seen.push(seed);
      return seed === 3 ? Promise.reject(new TypeError('bad luck')) : Promise.resolve();
    });
    await expect(run).rejects.toThrow(/^Seed 3 failed: bad luck\nTo run it alone: MOLECULER_SEED=3$/);
    await expect(run).rejects.toMatchObject({ cause: { name: 'TypeError' } });
    expect(seen).toEqual([1, 2, 3]);
  });

  it('refuses to test nothing: no seed, or one that is none', async () => {
    const test = vi.fn(() => Promise.resolve());
    for (const none of [0, NaN, -1, []]) {
      await expect(runSeeds(none, test)).rejects.toThrow(/No seed to run/);
    }
    await expect(runSeeds([1, 1.5], test)).rejects.toThrow(/'1.5' is no seed/);
    for (const written of ['17x', 'x', '1e3']) {
      vi.stubEnv('MOLECULER_SEED', written);
      await expect(runSeeds(3, test).finally(() => vi.unstubAllEnvs())).rejects.toThrow(
        `'${written}' is no seed`,
      );
    }
    expect(test).not.toHaveBeenCalled();
  });

  it('runs the seeds of a list, and only the one of the environment', async () => {
    const seen: number[] = [];
    const note = async (seed: number) => void seen.push(seed);
    await runSeeds([7, 9], note);
    process.env['MOLECULER_SEED'] = '42';
    try {
      await runSeeds([7, 9], note);
    } finally {
      delete process.env['MOLECULER_SEED'];
    }
    expect(seen).toEqual([7, 9, 42]);
  });
});
