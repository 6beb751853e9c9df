import type { SchedulerLike } from 'rxjs';
import { NodeIDConflictError } from '../errors/broker.error.js';
import type { PongPacket } from '../protocol/packets.js';
import { within } from '../time/delay.js';
import type { Transit } from '../transit/transit.js';

/** ms to wait for a namesake's answer where somebody listens on our topic. */
const WAIT = 500;
/** ms where the wire cannot tell whether anybody listens. */
const BLIND_WAIT = 200;

/**
 * Finds out whether our node ID is taken before we announce ourselves under it: the announcement would end the older Moleculer.js
 * process (trap 29). The namesake is pinged under a throw-away name, for it ignores whatever comes from its own.
 */
export class ConflictProbe {
  private heard: ((pong: PongPacket) => void) | null = null;

  constructor(
    private readonly transit: Transit,
    private readonly nodeID: string,
    private readonly instanceID: string,
    private readonly scheduler: SchedulerLike,
  ) {}

  /** Returns whether this answer was meant for the probe. */
  pong(packet: PongPacket): boolean {
    if (this.heard === null || packet.sender !== this.nodeID) return false;
    this.heard(packet);
    return true;
  }

  /** Rejects with `NodeIDConflictError` if somebody answers under our ID. */
  async run(probeID: string): Promise<void> {
    const { transit, nodeID } = this;
    const target = transit.topics.of('PING', nodeID);
    const listening = await transit.countSubscribers(target);
    // Where only the publishing half was lost, we have been listening all the time.
    if (listening === (transit.isSubscribed(target) ? 1 : 0)) return;
    const answers = transit.topics.of('PONG', probeID);
    await transit.subscribeExtra(answers, 'PONG');
    let heard: typeof this.heard = null;
    try {
      const answer = new Promise<PongPacket>((resolve) => (this.heard = heard = resolve));
      for (const dialect of transit.versions.spoken()) {
        const payload = {
          time: Math.round(this.scheduler.now()),
          id: probeID,
          ver: dialect.ver,
          sender: probeID,
        };
        transit.sendRaw(target, transit.encode('PING', payload));
      }
      const pong = await within(this.scheduler, listening === null ? BLIND_WAIT : WAIT, answer);
      if (pong !== undefined) throw new NodeIDConflictError({ nodeID, instanceID: this.instanceID });
    } finally {
      // A later probe, after a loss of the connection, may be under way.
      if (this.heard === heard) this.heard = null;
      transit.dropExtra(answers);
    }
  }
}
