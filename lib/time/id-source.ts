import { randomUUID } from 'node:crypto';
import type { IdSource } from './sources.js';

const HEX = Array.from({ length: 4096 }, (_, i) => (i + 4096).toString(16).slice(1));

/**
 * Makes IDs in UUID shape: a random prefix for the source, then a counter of 48 bits. Several times cheaper than a random UUID
 * each, and as unique in a cluster: two sources share no prefix.
 */
export function counterIds(prefix: string = randomUUID().slice(0, 24)): IdSource {
  let low = 0;
  let high = 0;
  let head = prefix + HEX[0] + HEX[0];
  return () => {
    low++;
    if (low > 0xffffff) {
      low = 0;
      high = (high + 1) & 0xffffff;
      head = prefix + HEX[high >> 12] + HEX[high & 4095];
    }
    return head + HEX[low >> 12] + HEX[low & 4095];
  };
}

/** 0.14 and 0.15 call themselves `host-pid`, which collides within a process: four more characters set ours apart. */
export function defaultNodeID(hostname: string, pid: number, id: string): string {
  return `${hostname.toLowerCase()}-${pid}-${id.replace(/-/g, '').slice(0, 4)}`;
}
