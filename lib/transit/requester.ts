import type { Context } from '../context/context.js';
import { BrokerDisconnectedError } from '../errors/broker.error.js';
import { MoleculerError } from '../errors/moleculer.error.js';
import { QueueIsFullError, RequestAbortedError, RequestTimeoutError } from '../errors/request.error.js';
import { messageOf } from '../errors/thrown.js';
import * as messages from '../messages/transit.messages.js';
import type { ResponsePacket } from '../protocol/packets.js';
import type { Deadlines } from '../time/deadlines.js';
import type { Bytes } from './packet-writer.js';
import { PendingRequest, PendingRequests } from './pending-requests.js';
import type { Transit } from './transit.js';

export interface RequesterOptions {
  nodeID: string;
  /** Calls that may wait at the same time. */
  maxQueueSize: number;
  /** Rebuilds an error from its wire form. */
  restore(payload: unknown, sender: string): Error;
}

/** Calls actions on other nodes and settles them by their answers. */
export class Requester {
  readonly pending = new PendingRequests();

  constructor(
    private readonly transit: Transit,
    private readonly deadlines: Deadlines,
    private readonly options: RequesterOptions,
  ) {
    transit.handlers.RES = (packet) => this.answered(packet);
  }

  /** Sends the call of this context to the node of its endpoint. Rejects, never throws. */
  request(ctx: Context, action: string, nodeID: string, signal: AbortSignal | undefined): Promise<unknown> {
    const refusal = this.refusal(action, nodeID, signal);
    if (refusal !== null) return Promise.reject(refusal);
    const { transit } = this;
    // Made here: should the source of IDs throw, params and meta are not to blame.
    const { id } = ctx;
    const outbox = transit.outbox(nodeID);
    let bytes: Bytes;
    try {
      bytes = transit.sized(outbox.writer.request(transit.versions.of(nodeID), ctx, action), outbox);
    } catch (error) {
      return Promise.reject(unserializable(`params or meta of '${action}'`, error));
    }
    return new Promise((resolve, reject) => {
      const pending = new PendingRequest(ctx, action, nodeID, this.pending, resolve, reject);
      if (!this.pending.add(pending)) {
        pending.reject(new MoleculerError(messages.duplicateRequestId(id), 500, 'DUPLICATE_ID'));
        return;
      }
      if (ctx.timeout !== null && ctx.timeout > 0) this.deadlines.add(pending);
      if (signal !== undefined) pending.listen(signal);
      // A signal that could not be listened to has settled it.
      if (pending.ctx === null) return;
      if (outbox.send('REQ', nodeID, bytes)) return;
      pending.reject(new BrokerDisconnectedError({ action, nodeID }, messages.disconnected(action, nodeID)));
    });
  }

  private refusal(action: string, nodeID: string, signal: AbortSignal | undefined): Error | null {
    if (!this.transit.connected) {
      return new BrokerDisconnectedError({ action, nodeID }, messages.disconnected(action, nodeID));
    }
    if (this.pending.size >= this.options.maxQueueSize) {
      return new QueueIsFullError({
        action,
        nodeID,
        size: this.pending.size,
        limit: this.options.maxQueueSize,
      });
    }
    return signal?.aborted ? new RequestAbortedError({ action, nodeID }, signal.reason) : null;
  }

  private answered(packet: ResponsePacket): void {
    const pending = this.pending.get(packet.id);
    // The first answer wins, and only the node that was asked can give it.
    if (pending === undefined || pending.nodeID !== packet.sender) return;
    const ctx = pending.ctx as Context;
    ctx.nodeID = packet.sender;
    if (packet.meta !== null) {
      ctx.mergeMeta(packet.meta);
      ctx.parent?.mergeMeta(packet.meta);
    }
    if (!packet.success) this.failed(pending, packet);
    else if (packet.stream || packet.seq !== undefined) {
      pending.reject(
        new MoleculerError(messages.streamsNotBuilt(`'${pending.action}' answered with a stream`), 501),
      );
    } else pending.fulfil(packet.data);
  }

  private failed(pending: PendingRequest, packet: ResponsePacket): void {
    const error = this.options.restore(packet.error, packet.sender);
    if (this.isOwnTimeout(error, pending)) pending.expire();
    else pending.reject(error);
  }

  /** The callee's timer may go off before ours, and its error then names us as the node that was too slow (trap 21). */
  private isOwnTimeout(error: Error, pending: PendingRequest): boolean {
    if (!(error instanceof RequestTimeoutError)) return false;
    const data = error.data as { action?: unknown; nodeID?: unknown } | null | undefined;
    return data?.nodeID === this.options.nodeID && data.action === pending.action;
  }
}

/**
 * Not an `InvalidPacketDataError`, though of its type: a Moleculer.js caller makes that class's message anew and would never read
 * what was wrong.
 */
export function unserializable(what: string, cause: unknown): Error {
  const text = messages.notSerializable(what, messageOf(cause));
  const error = new MoleculerError(text, 500, 'INVALID_PACKET_DATA', { what });
  error.cause = cause;
  return error;
}
