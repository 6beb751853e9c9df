import { Logger } from '@nestjs/common';
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
  Logger.overrideLogger({
    log: note('log'),
    warn: note('warn'),
    error: note('error'),
    debug: none,
    verbose: none,
  });
  beforeEach(() => void lines.splice(0));
  afterAll(() => Logger.overrideLogger(false));
  return {
    lines,
    texts: (level?: LogLine['level']) =>
      lines.filter((l) => level === undefined || l.level === level).map((l) => l.text),
  };
}
