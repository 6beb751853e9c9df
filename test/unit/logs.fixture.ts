import { Logger, type LoggerService } from '@nestjs/common';
import { afterAll, beforeEach } from 'vitest';

export interface LogLine {
  level: 'log' | 'warn' | 'error';
  text: string;
}

/** Everything that is logged in this file, emptied before each test. Nothing is printed. */
export function recordLogs() {
  const lines: LogLine[] = [];
  const note = (level: LogLine['level']) => (text: unknown) => void lines.push({ level, text: String(text) });
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
