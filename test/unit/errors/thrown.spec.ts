import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SteadyLogger } from '../../../lib/errors/steady-logger.js';
import { errorOf, messageOf, stackOf } from '../../../lib/errors/thrown.js';
import { HARD_TO_READ, revoked, withoutField } from './thrown.fixture.js';

describe.each(HARD_TO_READ)('of %s', (_what, thrown) => {
  it('a text and an error can be had', () => {
    expect(messageOf(thrown)).toEqual(expect.any(String));
    expect(stackOf(thrown)).toEqual(expect.any(String));
    expect(Object.prototype.toString.call(errorOf(thrown))).toBe('[object Error]');
  });
});

it('says what can be read', () => {
  const error = new RangeError('too far');
  expect([messageOf(error), stackOf(error), errorOf(error)]).toEqual(['too far', error.stack, error]);
  expect([messageOf('text'), stackOf('text'), errorOf('text').message]).toEqual(['text', 'text', 'text']);
  expect(stackOf(withoutField('stack'))).toBe('visible');
  expect(messageOf(revoked())).toBe('Something was thrown that cannot be read');
});

describe('the logger of the library', () => {
  const lines: string[] = [];
  const written = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  afterEach(() => {
    Logger.overrideLogger(false);
    lines.length = 0;
    return () => written.mockRestore();
  });

  it('says on standard error what the application’s could not take', () => {
    const fails = () => {
      throw new Error('closed');
    };
    Logger.overrideLogger({ log: fails, warn: fails, error: fails });
    const logger = new SteadyLogger('Test');
    logger.log('one');
    logger.warn('two');
    logger.error('three', 'at its place');
    const head = "nestjs-moleculer: the application's logger failed (closed) at: ";
    expect(lines).toEqual([`${head}one\n`, `${head}two\n`, `${head}three\nat its place\n`]);
  });

  it('hands on to it as Nest’s does', () => {
    const told: unknown[][] = [];
    const note = (...args: unknown[]) => void told.push(args);
    Logger.overrideLogger({ log: note, warn: note, error: note });
    for (const logger of [new SteadyLogger('Test'), new Logger('Test')]) {
      logger.log('one');
      logger.warn('two');
      logger.error('three');
      logger.error('four', 'stack');
    }
    expect(told.slice(0, 4)).toEqual(told.slice(4));
    expect(lines).toEqual([]);
  });
});
