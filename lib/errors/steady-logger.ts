import { Logger } from '@nestjs/common';
import { loggerFailed } from '../messages/log.messages.js';
import { messageOf } from './thrown.js';

/**
 * Nest's logger for what the library says. That of an application may throw, when its transport is closed say: what it was told of then
 * goes on all the same, and the line goes to the process's own standard error.
 */
export class SteadyLogger extends Logger {
  override log(text: string): void {
    this.attempt(() => super.log(text), text);
  }

  override warn(text: string): void {
    this.attempt(() => super.warn(text), text);
  }

  override error(text: string, stack?: string): void {
    this.attempt(() => super.error(text, stack), stack === undefined ? text : `${text}\n${stack}`);
  }

  private attempt(write: () => void, line: string): void {
    try {
      write();
    } catch (error) {
      process.stderr.write(`${loggerFailed(messageOf(error), line)}\n`);
    }
  }
}
