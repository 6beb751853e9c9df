import type { Logger } from '@nestjs/common';
import type { Context } from '../context/context.js';
import { BrokerDisconnectedError } from '../errors/broker.error.js';
import { MoleculerError } from '../errors/moleculer.error.js';
import { RequestRejectedError, RequestSkippedError, RequestTimeoutError } from '../errors/request.error.js';
import { errorOf, messageOf, stackOf } from '../errors/thrown.js';
import * as messages from '../messages/broker.messages.js';
import { isSeveral } from '../pipeline/several-errors.js';
import type { EventFailures } from './event-failures.js';

/**
 * What callers get for what handlers throw, and who logs it: each error once, on the node where it arose. Refusals meant for the
 * caller (4xx) are his to log; what nobody expected is logged here with its stack.
 */
export class FailureLog {
  private readonly logged = new WeakSet<Error>();

  constructor(
    private readonly nodeID: string,
    private readonly logger: Logger,
    private readonly eventFailures: EventFailures,
  ) {}

  /** Never throws: it runs where nobody would catch it, and the caller would wait for his timeout. */
  action(thrown: unknown, ctx: Context): Error {
    if (isSeveral(thrown)) {
      const [first] = thrown.errors.map((error: unknown) => this.action(error, ctx));
      return first;
    }
    const error = errorOf(thrown);
    if (this.isNews(error)) {
      this.write(messages.handlerFailed(`Action '${ctx.action?.name}'`, ctx.requestID), error);
    }
    return error;
  }

  /** The error is no news: a test made it up. Callers get it unlogged. */
  expect(error: Error): void {
    this.logged.add(error);
  }

  /** Nobody gets this error: it is told and logged whatever it is and wherever it came from. Never throws. */
  event(thrown: unknown, ctx: Context): Error {
    if (isSeveral(thrown)) {
      const [first] = thrown.errors.map((error: unknown) => this.event(error, ctx));
      return first;
    }
    const event = ctx.eventName as string;
    const service = ctx.service?.fullName ?? '';
    const error = errorOf(thrown);
    this.write(messages.eventHandlerFailed(event, service), error);
    this.eventFailures.tell({ error, event, service, ctx });
    return error;
  }

  private isNews(error: Error): boolean {
    try {
      return this.isOurs(error) && !isExpected(error);
    } catch {
      // Nobody expected one that cannot be read.
      return true;
    }
  }

  /** An error of a nested remote call was logged by the node it came from. */
  private isOurs(error: Error): boolean {
    const { nodeID } = error as { nodeID?: unknown };
    return nodeID === undefined || nodeID === this.nodeID;
  }

  private write(text: string, error: Error): void {
    if (this.logged.has(error)) return;
    this.logged.add(error);
    this.logger.error(`${text}: ${messageOf(error)}`, stackOf(error));
  }
}

/** What is above 499 and yet nobody's fault here: the cluster's own ways to say that a call could not be served. */
const OUTCOMES = [
  RequestTimeoutError,
  RequestSkippedError,
  RequestRejectedError,
  BrokerDisconnectedError,
] as const;

function isExpected(error: Error): boolean {
  const { code } = error as { code?: unknown };
  if (!(error instanceof MoleculerError) || typeof code !== 'number') return false;
  return code < 500 || OUTCOMES.some((type) => error instanceof type);
}
