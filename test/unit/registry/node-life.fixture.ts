import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, vi } from 'vitest';
import { service } from './registry.fixture.js';

export const math = [service('math', { add: {} })];
export const greeter = [service('greeter', { hello: {} })];

/** Keeps the log quiet in each test of a file, and gives what the present one reported as errors. */
export function quietLog(): () => unknown[][] {
  let errors: unknown[][] = [];
  beforeEach(() => {
    errors = [];
    vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    vi.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    vi.spyOn(Logger.prototype, 'error').mockImplementation((...args) => void errors.push(args));
  });
  afterEach(() => vi.restoreAllMocks());
  return () => errors;
}
