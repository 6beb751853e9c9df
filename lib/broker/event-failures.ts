import type { Logger } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { Context } from '../context/context.js';
import { stackOf } from '../errors/thrown.js';
import * as messages from '../messages/broker.messages.js';
import { Broadcast } from '../registry/broadcast.js';

/**
 * An error of an event handler that neither a filter nor `errorHandler` took. The sender does not get it.
 *
 * @publicApi
 */
export interface EventFailure {
  readonly error: Error;
  /** The name it was sent under. */
  readonly event: string;
  /** Full name of the service whose handler failed. */
  readonly service: string;
  readonly ctx: Context;
}

/** Tells of the errors of event handlers; a subscriber that throws is logged. */
export class EventFailures {
  readonly stream: Observable<EventFailure>;
  private readonly told: Broadcast<EventFailure>;

  constructor(logger: Logger) {
    this.told = new Broadcast((error) => logger.error(messages.errorSubscriberFailed, stackOf(error)));
    this.stream = this.told.stream;
  }

  tell(failure: EventFailure): void {
    this.told.next(failure);
  }

  close(): void {
    this.told.complete();
  }
}
