import { wrongChance } from '../../messages/cluster.messages.js';
import type { PacketType } from '../../protocol/packets.js';
import type { RandomSource } from '../../time/sources.js';
import { type Parcel, typeOf } from './parcel.js';

/** Which packets a fault befalls. Nodes by their place in the cluster. */
export interface Selection {
  from?: number;
  to?: number;
  types?: readonly PacketType[];
  /** 0 to 1 */
  chance: number;
  /** Packets at most. */
  times: number;
}

/** What happens to a packet; times in ms. */
export interface Effect {
  lost?: true;
  /** From, to. */
  delay?: readonly [number, number];
  /** Copies beside the packet, which arrive up to so many ms later. */
  copies?: { count: number; within: number };
  /** Held back up to so many ms while others may overtake it. */
  reorder?: number;
}

/** What was decided on one packet. */
export interface Fate {
  lost: boolean;
  /** ms */
  delay: number;
  ordered: boolean;
  /** Delay of each further copy, ms. */
  copies: number[];
}

interface Rule {
  readonly selection: Selection;
  readonly effect: Effect;
  left: number;
}

/** The faults of a network, in the order in which they were set. Each packet meets all that fit it. */
export class Faults {
  private rules: Rule[] = [];

  constructor(private readonly random: RandomSource) {}

  /** @returns ends the fault */
  add(selection: Selection, effect: Effect): () => void {
    const { chance, times } = selection;
    if (!(chance >= 0 && chance <= 1)) throw new RangeError(wrongChance(chance));
    const rule = { selection, effect, left: times };
    this.rules.push(rule);
    return () => void (this.rules = this.rules.filter((other) => other !== rule));
  }

  clear(): void {
    this.rules = [];
  }

  decide(parcel: Parcel): Fate {
    const fate: Fate = { lost: false, delay: 0, ordered: true, copies: [] };
    for (const rule of this.rules) {
      if (rule.left <= 0 || !fits(rule.selection, parcel)) continue;
      if (rule.selection.chance < 1 && this.random() >= rule.selection.chance) continue;
      rule.left--;
      this.befall(fate, rule.effect);
      if (fate.lost) break;
    }
    return fate;
  }

  private befall(fate: Fate, { lost, delay, copies, reorder }: Effect): void {
    if (lost) fate.lost = true;
    if (delay !== undefined) fate.delay += this.between(delay[0], delay[1]);
    if (reorder !== undefined) {
      fate.ordered = false;
      fate.delay += this.between(0, reorder);
    }
    for (let i = 0; i < (copies?.count ?? 0); i++) fate.copies.push(this.between(0, copies?.within ?? 0));
  }

  private between(least: number, most: number): number {
    return least === most ? least : Math.round(least + this.random() * (most - least));
  }
}

function fits({ from, to, types }: Selection, parcel: Parcel): boolean {
  if (from !== undefined && parcel.from.node !== from) return false;
  if (to !== undefined && parcel.to.node !== to) return false;
  return types === undefined || types.includes(typeOf(parcel) as PacketType);
}
