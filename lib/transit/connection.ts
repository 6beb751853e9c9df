import type { Logger } from '@nestjs/common';
import type { SchedulerLike, Subscription } from 'rxjs';
import { NodeIDConflictError } from '../errors/broker.error.js';
import { messageOf } from '../errors/thrown.js';
import * as messages from '../messages/transit.messages.js';
import type { Transporter } from '../transporters/transporter.js';
import { OncePer } from './once-per.js';
import { orElse } from './or-else.js';
import { Pace } from './pace.js';

/** ms between two tries where the transporter does not reconnect by itself; Moleculer's. */
const RETRY = 5000;

export interface ConnectionOwner {
  /** Makes the connection useful: subscriptions and so on. A rejection counts as a failed connect. */
  joined(reconnect: boolean): Promise<void>;
  lost(): void;
}

/**
 * Keeps the transporter connected: first connect, retries, what happens after a loss. Each change of state is logged once, and each
 * trouble once between two of them. An attempt that was overtaken by a newer state is told so and ends without effect.
 */
export class Connection {
  private attempt = 0;
  /** The transporter has connected once; from then on it tells of losses and returns itself. */
  private established = false;
  private everJoined = false;
  private retry: Subscription | null = null;
  private stopped = true;
  private readonly pace: Pace;
  private lastError: string | undefined;
  private told = new OncePer();

  constructor(
    private readonly transporter: Transporter,
    private readonly owner: ConnectionOwner,
    private readonly scheduler: SchedulerLike,
    private readonly disableReconnect: boolean,
    private readonly logger: Logger,
  ) {
    this.pace = new Pace(() => scheduler.now());
  }

  /** The last reason why there is no connection, for messages. */
  get reason(): string | undefined {
    return this.lastError;
  }

  open(): void {
    this.stopped = false;
    void this.connect();
  }

  /** Whether a join that began with this number still is the current one. */
  isCurrent(attempt: number): boolean {
    return attempt === this.attempt && !this.stopped;
  }

  get current(): number {
    return this.attempt;
  }

  async close(): Promise<void> {
    this.stopped = true;
    this.attempt++;
    this.retry?.unsubscribe();
    await this.transporter.disconnect();
  }

  /** The transporter has its connection again. */
  up(): void {
    if (this.stopped) return;
    // Should a driver come back without having said that it was gone: its subscriptions are gone all the same.
    this.owner.lost();
    const { wait } = this.pace;
    if (wait === 0) void this.join();
    else this.later(() => this.join(), wait);
  }

  /** @param error drivers may bring any text or object for one */
  down(error?: unknown): void {
    if (error != null) this.lastError = messageOf(error);
    // Before the first connection stands there is nothing to lose: `connect` is still pending and goes on.
    if (this.stopped || !this.established) return;
    this.attempt++;
    this.retry?.unsubscribe();
    this.pace.lost();
    this.owner.lost();
    if (this.disableReconnect) void orElse(() => this.transporter.disconnect(), undefined);
  }

  /** The connection stands and carries nothing: as if it were lost, and made anew from the ground. */
  async renew(error: Error): Promise<void> {
    // Whoever wants no second try keeps what there is.
    if (this.stopped || !this.established || this.disableReconnect) return;
    this.down(error);
    this.established = false;
    await orElse(() => this.transporter.abandon(), undefined);
    if (!this.stopped) await this.connect();
  }

  error(error: unknown): void {
    const reason = messageOf(error);
    this.lastError = reason;
    this.warnOnce(reason, messages.transporterError(this.transporter.name, reason));
  }

  private async connect(): Promise<void> {
    try {
      await this.transporter.connect();
    } catch (error) {
      if (!this.stopped) this.failed(error);
      return;
    }
    this.established = true;
    if (!this.stopped) await this.join();
  }

  private async join(): Promise<void> {
    const attempt = ++this.attempt;
    this.pace.tried();
    this.retry?.unsubscribe();
    try {
      await this.owner.joined(this.everJoined);
      if (!this.isCurrent(attempt)) return;
      this.everJoined = true;
      this.lastError = undefined;
      this.told = new OncePer();
    } catch (error) {
      if (!this.isCurrent(attempt)) return;
      this.owner.lost();
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    const reason = messageOf(error);
    this.lastError = reason;
    // Whoever found the conflict has told of it.
    if (!(error instanceof NodeIDConflictError)) {
      const retry = this.disableReconnect ? null : RETRY;
      this.warnOnce(reason, messages.connectFailed(this.transporter.name, reason, retry));
    }
    if (this.disableReconnect) return;
    this.later(() => (this.established ? this.join() : this.connect()), RETRY);
  }

  private later(work: () => Promise<void>, ms: number): void {
    this.retry?.unsubscribe();
    this.retry = this.scheduler.schedule(() => {
      if (!this.stopped) void work();
    }, ms);
  }

  /** A driver may report the same failure at each of its tries, with a port or a delay that differs. */
  private warnOnce(reason: string, text: string): void {
    if (this.told.first(reason.replace(/\d+/g, '#'))) this.logger.warn(text);
  }
}
