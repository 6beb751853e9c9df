import { linesLeftOut } from '../messages/log.messages.js';
import { RateLimit } from './rate-limit.js';

/** What a log must be able to do. */
export interface LineLog {
  log(text: string): void;
  warn(text: string): void;
  error(text: string, stack?: string): void;
}

/** ms */
const MINUTE = 60_000;
/** A thousand nodes that start together may each have their line. */
const LINES = 1200;

/**
 * A log for what other nodes cause: their number is up to them, the number of lines is not. Beyond so many a minute they are counted,
 * and the count is told with the next line.
 */
export class BoundedLog implements LineLog {
  private readonly rate: RateLimit;

  constructor(
    private readonly to: LineLog,
    now: () => number,
    limit = LINES,
  ) {
    this.rate = new RateLimit(limit, MINUTE, now);
  }

  log(text: string): void {
    if (this.mayWrite()) this.to.log(text);
  }

  warn(text: string): void {
    if (this.mayWrite()) this.to.warn(text);
  }

  error(text: string, stack?: string): void {
    if (this.mayWrite()) this.to.error(text, stack);
  }

  private mayWrite(): boolean {
    if (!this.rate.take()) return false;
    const held = this.rate.takeHeld();
    if (held > 0) this.to.warn(linesLeftOut(held));
    return true;
  }
}
