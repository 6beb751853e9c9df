import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

/** A rule that never fires keeps nothing out: each is seen to fire here, and to leave alone what is allowed. */
describe('the linter', () => {
  let eslint: ESLint;
  beforeAll(async () => {
    eslint = new ESLint();
    // The first text has the types of the whole program read, which takes its time.
    await eslint.lintText('', { filePath: ENDPOINT });
  }, 300_000);

  /** Rules that a text breaks, were it the given file. Typed rules need a file that exists. */
  async function broken(file: string, text: string): Promise<(string | null)[]> {
    const [result] = await eslint.lintText(text, { filePath: file });
    return result!.messages
      .filter((m) => m.ruleId !== '@typescript-eslint/no-unused-vars')
      .map((m) => m.ruleId ?? m.message);
  }

  const ENDPOINT = 'lib/strategies/endpoint.ts';
  const TIME = 'lib/time/sources.ts';

  it.each([
    'export const a = Date.now();',
    'export const a = new Date();',
    'export const a = Date();',
    'export const a = performance.now();',
    'export const a = Math.random();',
    'export const a = crypto.randomUUID();',
    'export const a = process.hrtime();',
    'export const a = process.pid;',
    'setTimeout(() => {}, 1);',
    'setInterval(() => {}, 1);',
    "import { hostname } from 'node:os'; export const a = hostname();",
    "import { randomUUID } from 'node:crypto'; export const a = randomUUID();",
    "import { setTimeout as s } from 'node:timers/promises'; export const a = s(1);",
    "import { interval } from 'rxjs'; export const a = interval(1000);",
    "import { asyncScheduler } from 'rxjs'; export const a = asyncScheduler;",
  ])('refuses clocks and dice in the library: %s', async (text) => {
    expect(await broken(ENDPOINT, text)).not.toEqual([]);
  });

  it.each([
    'export const a = new Date(0);',
    'setImmediate(() => {}); queueMicrotask(() => {}); process.nextTick(() => {});',
    "import { createHash } from 'node:crypto'; export const a = createHash('md5');",
    "import { interval, type SchedulerLike } from 'rxjs'; export const a = (s: SchedulerLike) => interval(1000, s);",
  ])('lets order and arithmetic pass: %s', async (text) => {
    expect(await broken(ENDPOINT, text)).toEqual([]);
  });

  it('lets lib/time read clocks', async () => {
    expect(await broken(TIME, 'export const a = Date.now() + Math.random();')).toEqual([]);
  });

  it.each([
    [ENDPOINT, "export { a } from '../broker/x.js';"],
    [ENDPOINT, "export type { A } from '../registry/x.js';"],
    [ENDPOINT, "export { a } from '../moleculer.module.js';"],
    [ENDPOINT, "export { a } from '@nestjs/core';"],
    [ENDPOINT, "export { a } from 'ioredis';"],
    [ENDPOINT, "export { Module } from '@nestjs/common';"],
    ['lib/transporters/transporter.ts', "export type { Redis } from 'ioredis';"],
    ['lib/context/context.ts', "export { a } from '../broker/x.js';"],
  ])('keeps imports pointing down: %s: %s', async (file, text) => {
    expect(await broken(file, text)).toEqual(['@typescript-eslint/no-restricted-imports']);
  });

  it.each([
    [ENDPOINT, "export { a } from '../context/x.js'; export { b } from '../errors/x.js';"],
    [ENDPOINT, "export { Injectable, Logger } from '@nestjs/common';"],
    ['lib/context/context.ts', "export type { A } from '../broker/x.js';"],
  ])('lets allowed imports pass: %s: %s', async (file, text) => {
    expect(await broken(file, text)).toEqual([]);
  });

  it('refuses promises that nobody waits for, and any', async () => {
    expect(await broken(ENDPOINT, 'export function f() { Promise.resolve(1); }')).toEqual([
      '@typescript-eslint/no-floating-promises',
    ]);
    expect(await broken(ENDPOINT, 'export const a: any = 1;')).toEqual([
      '@typescript-eslint/no-explicit-any',
    ]);
  });

  it('refuses files of more than 300 lines', async () => {
    expect(await broken(ENDPOINT, `export const a = 1;\n${'// x\n'.repeat(301)}`)).toEqual(['max-lines']);
  });
});
