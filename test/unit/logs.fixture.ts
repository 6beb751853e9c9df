import { Logger, type LoggerService } from '@nestjs/common';
import { afterAll, beforeEach } from 'vitest';

export interface LogLine {
  level: 'log' | 'warn' | 'error';
  text: string;
  /** Of an error that was caught, where it was told. */
  stack?: string;
}

/** Everything that is logged in this file, emptied before each test. Nothing is printed. */
export function recordLogs() {
  const lines: LogLine[] = [];
  const note =
    (level: LogLine['level']) =>
    (text: unknown, ...more: unknown[]) => {
      // The last is the context.
      const stack = level === 'error' && more.length > 1 ? { stack: String(more[0]) } : {};
      lines.push({ level, text: String(text), ...stack });
    };
  const none = () => undefined;
  const logger: LoggerService = {
    log: note('log'),
    warn: note('warn'),
    error: note('error'),
    debug: none,
    verbose: none,
  };
  // Anew for each test: an application that another one started has set its own.
  beforeEach(() => {
    lines.splice(0);
    Logger.overrideLogger(logger);
  });
  afterAll(() => Logger.overrideLogger(false));
  return {
    lines,
    /** For those who set one of their own otherwise, as `Test.createTestingModule` does. */
    logger,
    texts: (level?: LogLine['level']) =>
      lines.filter((l) => level === undefined || l.level === level).map((l) => l.text),
  };
}
