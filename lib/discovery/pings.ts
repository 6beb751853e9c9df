import type { SchedulerLike } from 'rxjs';
import type { PongPacket } from '../protocol/packets.js';
import { within } from '../time/delay.js';
import type { IdSource } from '../time/sources.js';
import type { Transit } from '../transit/transit.js';

/** The answer of a node to a ping. */
export interface PongResponse {
  readonly nodeID: string;
  /** ms there and back */
  readonly elapsedTime: number;
  /** ms by which the node's clock differs from ours, estimated */
  readonly timeDiff: number;
}

/** Pings other nodes. Answers are matched by the ID of the ping, which Moleculer copies; its own matching is by node alone (trap 35). */
export class Pings {
  private readonly waiting = new Map<string, { nodeID: string; resolve(pong: PongResponse | null): void }>();

  constructor(
    private readonly transit: Transit,
    private readonly scheduler: SchedulerLike,
    private readonly newID: IdSource,
  ) {}

  get pending(): number {
    return this.waiting.size;
  }

  /** `null` if no answer came within `timeout` ms, or there is no connection. */
  async ping(nodeID: string, timeout: number): Promise<PongResponse | null> {
    if (!this.transit.connected) return null;
    const id = this.newID();
    const answer = new Promise<PongResponse | null>((resolve) => this.waiting.set(id, { nodeID, resolve }));
    this.transit.sendPlain('PING', nodeID, { time: this.now(), id });
    const pong = await within(this.scheduler, timeout, answer);
    this.waiting.delete(id);
    return pong ?? null;
  }

  /** Nobody will answer any more. */
  close(): void {
    for (const { resolve } of this.waiting.values()) resolve(null);
  }

  /** What the answer says, for the event `$node.pong`. */
  pong(packet: PongPacket): PongResponse & { id: string | null } {
    const now = this.now();
    const elapsedTime = now - packet.time;
    const timeDiff = Math.round(now - packet.arrived - elapsedTime / 2);
    const response = { nodeID: packet.sender, elapsedTime, timeDiff };
    const waiting = packet.id === null ? undefined : this.waiting.get(packet.id);
    if (waiting?.nodeID === packet.sender) waiting.resolve(response);
    return { ...response, id: packet.id };
  }

  private now(): number {
    return Math.round(this.scheduler.now());
  }
}
