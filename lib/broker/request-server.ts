import type { Context } from '../context/context.js';
import { ServiceNotAvailableError, ServiceNotFoundError } from '../errors/service.error.js';
import type { HandlerRunner } from '../pipeline/handler-runner.js';
import type { InFlight } from '../pipeline/in-flight.js';
import type { ErrorTranslator } from '../protocol/error-regenerator.js';
import type { ErrorPayload, RequestPacket } from '../protocol/packets.js';
import type { ActionEndpoint } from '../registry/node-endpoint.js';
import type { Registry } from '../registry/registry.js';
import type { RequestServer } from '../transit/responder.js';

export interface ServerOptions {
  nodeID: string;
  /** ms; for requests that say nothing of time */
  requestTimeout: number;
  exposeStack: boolean;
}

/** Serves the requests of other nodes from our own actions, until told to refuse. */
export class BrokerRequestServer implements RequestServer<ActionEndpoint> {
  private refusing = false;

  constructor(
    private readonly registry: Registry,
    private readonly runner: HandlerRunner,
    /** null: a stop does not wait for requests. */
    private readonly work: InFlight | null,
    private readonly errors: ErrorTranslator,
    private readonly options: ServerOptions,
  ) {}

  refuse(): void {
    this.refusing = true;
  }

  admit(): void {
    this.refusing = false;
  }

  accept(packet: RequestPacket): ActionEndpoint | Error {
    const data = { action: packet.action, nodeID: this.options.nodeID };
    const local = this.registry.action(packet.action)?.local;
    // Moleculer serves protected actions to whoever asks; keeping them on their node costs no compatibility (trap 27).
    if (local == null || local.visibility === 'private' || local.visibility === 'protected') {
      return new ServiceNotFoundError(data);
    }
    return this.refusing ? new ServiceNotAvailableError(data) : local;
  }

  run(ctx: Context, endpoint: ActionEndpoint): unknown {
    ctx.timeout ??= endpoint.timeout ?? this.options.requestTimeout;
    // The caller's clock runs already, so ours must not wait for the first look at the deadlines.
    if (ctx.timeout > 0) ctx.startClock();
    return this.runner.run(ctx, endpoint.handler, this.work, undefined);
  }

  extractError(error: unknown, action: string): ErrorPayload {
    const { nodeID, exposeStack } = this.options;
    return this.errors.extractPlainError(error, { nodeID, exposeStack, fallbackData: { action, nodeID } });
  }
}
