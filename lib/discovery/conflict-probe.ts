import type { SchedulerLike } from 'rxjs';
import { NodeIDConflictError } from '../errors/broker.error.js';
import type { PingPacket, PongPacket } from '../protocol/packets.js';
import { within } from '../time/delay.js';
import type { Transit } from '../transit/transit.js';

/**
 * ms to wait for a namesake's answer where somebody listens on our topic. A busy process answers late, and to be taken for gone would end
 * it; who waits in vain is the rare node whose predecessor's connection outlived it.
 */
const WAIT = 2000;
/** ms where the ID was ours before the connection was lost: most likely it is our own lost connection that still listens. */
const WAIT_AGAIN = 500;
/** ms where the wire cannot tell whether anybody listens. */
const BLIND_WAIT = 200;

/**
 * Finds out whether our node ID is taken before we announce ourselves under it: the announcement would end the older Moleculer.js
 * process (trap 29). The namesake is pinged under a throw-away name, for it ignores whatever comes from its own.
 *
 * Two that start at the same time would find nobody. So each listens before it looks, and answers the other's question although it has
 * not joined yet; of several that ask at once the lowest throw-away name stays.
 */
export class ConflictProbe {
  /** Told when the ID turns out to be taken. */
  private heard: (() => void) | null = null;
  /** Our throw-away name, from the question until the ID is given up. */
  private claim: string | null = null;
  /** The ID was ours at the last look. */
  private wasOurs = false;

  constructor(
    private readonly transit: Transit,
    private readonly nodeID: string,
    private readonly instanceID: string,
    private readonly scheduler: SchedulerLike,
  ) {}

  /** Returns whether this answer was meant for the probe. */
  pong(packet: PongPacket): boolean {
    if (this.heard === null || packet.sender !== this.nodeID) return false;
    this.heard();
    return true;
  }

  /** Returns whether this was the question of a probe, ours or a namesake's: such a one bears its sender for an ID. */
  ping(packet: PingPacket): boolean {
    const { claim } = this;
    if (claim === null || packet.id !== packet.sender) return false;
    if (packet.sender === claim) return true;
    if (this.heard === null || claim < packet.sender) this.answer(packet);
    else this.heard();
    return true;
  }

  /** Rejects with `NodeIDConflictError` if somebody answers under our ID. */
  async run(probeID: string): Promise<void> {
    const { transit, nodeID } = this;
    const target = transit.topics.of('PING', nodeID);
    let heard!: () => void;
    const answer = new Promise<true>((resolve) => (heard = () => resolve(true)));
    this.claim = probeID;
    this.heard = heard;
    let taken = true;
    // A later probe, after a loss of the connection, may be under way.
    const isCurrent = () => this.heard === heard;
    try {
      await transit.subscribeExtra(target, 'PING');
      taken = await this.isTaken(probeID, target, answer);
      if (isCurrent()) this.wasOurs = !taken;
    } finally {
      if (isCurrent()) {
        this.heard = null;
        if (taken) this.claim = null;
      }
    }
    if (!taken) return;
    transit.dropExtra(target);
    throw new NodeIDConflictError({ nodeID, instanceID: this.instanceID });
  }

  private async isTaken(probeID: string, target: string, answer: Promise<true>): Promise<boolean> {
    const { transit } = this;
    const listening = await transit.countSubscribers(target);
    // We ourselves.
    if (listening !== null && listening <= 1) return false;
    const answers = transit.topics.of('PONG', probeID);
    await transit.subscribeExtra(answers, 'PONG');
    try {
      const time = Math.round(this.scheduler.now());
      for (const { ver } of transit.versions.spoken()) {
        transit.sendRaw(target, transit.encode('PING', { time, id: probeID, ver, sender: probeID }));
      }
      const wait = this.wasOurs ? WAIT_AGAIN : WAIT;
      return (await within(this.scheduler, listening === null ? BLIND_WAIT : wait, answer)) === true;
    } finally {
      transit.dropExtra(answers);
    }
  }

  private answer({ time, id, ver, sender }: PingPacket): void {
    const { transit, nodeID } = this;
    const arrived = Math.round(this.scheduler.now());
    const pong = { time, id, arrived, ver, sender: nodeID };
    transit.sendRaw(transit.topics.of('PONG', sender), transit.encode('PONG', pong));
  }
}
