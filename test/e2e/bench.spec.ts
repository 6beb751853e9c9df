import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisUrl } from '../support/redis.js';

interface Ended {
  code: number;
  stderr: string;
  results: { title: string; rounds: Record<string, { answers: number; wrong: number }[]> }[];
}

const program = fileURLToPath(new URL('../../bench/run.mjs', import.meta.url));
const liar = fileURLToPath(new URL('./programs/wrong-contender.mjs', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function bench(name: string, ...args: string[]): Promise<Ended> {
  const file = join(folder, `${name}-${args.length}.json`);
  const { code, stderr } = await new Promise<{ code: number; stderr: string }>((resolve) => {
    // Where no binary is installed the bench, too, falls back to the server that the tests found.
    const env = { ...process.env, REDIS_URL: redisUrl() };
    const argv = [program, name, '--quick', '--json', file, ...args];
    const child = execFile(process.execPath, argv, { env }, (_error, _stdout, text) =>
      resolve({ code: child.exitCode ?? -1, stderr: text }),
    );
  });
  const json = await readFile(file, 'utf8').catch(() => '{"results":[]}');
  return { code, stderr, results: (JSON.parse(json) as Ended).results };
}

describe('the benchmarks', () => {
  it.each([
    [
      'remote',
      4,
      ['moleculer-0.15', 'nestjs-moleculer', 'nest-redis', 'nest-tcp', 'ioredis-publish', 'ioredis-script'],
    ],
    ['local', 6, ['moleculer-0.15', 'moleculer-0.15-timeout', 'nestjs-moleculer', 'function']],
    ['handlers', 9, ['handlers-plain', 'handlers-compiled', 'handlers-nest']],
    ['events', 4, ['moleculer-0.15', 'nestjs-moleculer', 'nest-redis', 'ioredis-publish', 'ioredis-script']],
  ])('measure %s: every contender gives right answers in every round', async (name, tables, contenders) => {
    const { code, stderr, results } = await bench(name);
    expect(code, stderr).toBe(0);
    expect(results).toHaveLength(tables);
    for (const { title, rounds } of results) {
      expect(Object.keys(rounds), title).toEqual(expect.arrayContaining(contenders));
      for (const round of Object.values(rounds).flat()) {
        expect(round.answers, title).toBeGreaterThan(0);
        expect(round.wrong, title).toBe(0);
      }
    }
  });

  it('fail, and name the contender, when answers are wrong', async () => {
    const { code, stderr, results } = await bench('local', '--contenders', liar, '--only', 'call');
    expect(code).toBe(1);
    expect(stderr).toContain(`WRONG: ${liar}`);
    expect(results.every(({ rounds }) => rounds[liar].every(({ wrong }) => wrong > 0))).toBe(true);
  });

  it('say what is allowed when an option makes no sense', async () => {
    const { code, stderr } = await bench('remote', '--size', 'big');
    expect(code).toBe(1);
    expect(stderr).toContain("--size wants whole numbers above 0, not 'big'");
  });
});
