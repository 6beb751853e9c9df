/** Events to other nodes, in bursts: nobody answers an event, and Redis must not have to buffer a whole round. */
import { setImmediate as turn } from 'node:timers/promises';
import { payloads } from './payload.mjs';

const BURST = 100;

/** @param {{ kind: 'emit' | 'broadcast', events: number, size: number }} options */
export async function loadEvents(running, { kind, events, size }) {
  const source = payloads(size);
  const send = running[kind];
  let sum = 0;
  for (let sent = 0; sent < events;) {
    const burst = [];
    for (const end = Math.min(events, sent + BURST); sent < end; sent++) {
      const payload = source.next();
      sum += payload.n;
      burst.push(send(payload));
    }
    await Promise.all(burst);
    await turn();
  }
  return { sum };
}
