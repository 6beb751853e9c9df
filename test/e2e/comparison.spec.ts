import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
// Plain JavaScript; what it returns is text.
import { comparison } from '../../bench/compare/table.mjs';
import { redisUrl } from '../support/redis.js';
import { readPage } from '../support/snippets.js';

const program = fileURLToPath(new URL('../../bench/compare/main.mjs', import.meta.url));
const compare = async (...args: string[]): Promise<string> => {
  const env = { ...process.env, REDIS_URL: redisUrl() };
  return (await promisify(execFile)(process.execPath, [program, ...args], { env })).stdout;
};

it('the README says what `npm run compare` measures', async () => {
  const printed = await compare();
  expect(printed.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(6);
  expect(readPage('README.md')).toContain(printed.trim());
});

it('the measuring is of both, and of all that the table tells', async () => {
  expect(JSON.parse(await compare('--json'))).toEqual({
    microservices: {
      calls: { a: 10, b: 10 },
      event: { a: 1, b: 1 },
      error: { isError: false, value: { status: 'error', message: 'Internal server error' } },
      unserved: { nothingFor: 2.5 },
    },
    moleculer: {
      calls: { a: 5, b: 5 },
      event: { sums: expect.toSatisfy(oneOfTwo), audit: expect.toSatisfy(oneOfTwo) },
      broadcast: { sums: { a: 1, b: 1 }, audit: { a: 1, b: 1 } },
      error: { isError: true, name: 'Error', message: 'No such user', code: 404 },
      unserved: { error: 'ServiceNotFoundError', atOnce: true },
    },
  });
});

const oneOfTwo = (counts: object) => ['{"a":1}', '{"b":1}'].includes(JSON.stringify(counts));

it('the table tells of other figures, were they measured', async () => {
  const half = { a: 3, b: 4 };
  const text = await comparison('0.0.0', {
    microservices: {
      calls: half,
      event: half,
      error: { isError: true, name: 'E', message: 'm', code: 1 },
      unserved: { error: 'X' },
    },
    moleculer: {
      calls: half,
      event: { sums: half, audit: half },
      broadcast: { sums: half, audit: half },
      error: { isError: false, value: {} },
      unserved: { nothingFor: 9 },
    },
  });
  for (const cell of ['7 executions: 3 and 4', '`m`', '`X`', '`{}`, which is no', 'within 9 s']) {
    expect(text).toContain(cell);
  }
});
