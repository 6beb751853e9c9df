import type { Dictionary } from '../protocol/packets.js';

/**
 * Where our nodes tell each other, in the `metadata` of INFO, which of their services are held back and for what: the one way to
 * see that services of several nodes wait for each other. Other brokers ignore it.
 */
export const WAITING = '$waiting';

/** More of one node, or of one service, are passed over. */
const MOST = 1000;

/** Services held back, with what they depend on, as a node told of them. Whatever is not of that form is passed over. */
export function waitingServices(metadata: Dictionary): [name: string, dependencies: string[]][] {
  const told = Object.hasOwn(metadata, WAITING) ? metadata[WAITING] : null;
  if (typeof told !== 'object' || told === null) return [];
  const found: [string, string[]][] = [];
  for (const [name, dependencies] of Object.entries(told).slice(0, MOST)) {
    if (!Array.isArray(dependencies)) continue;
    found.push([name, dependencies.slice(0, MOST).filter((one): one is string => typeof one === 'string')]);
  }
  return found;
}
