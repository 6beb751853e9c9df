import type { ServiceBroker } from '../index.js';
import * as messages from '../messages/terminus.messages.js';

/** So many nodes of one service are asked: a probe must not become a flood in a large cluster. */
const ASKED = 3;

/** A node that has a service and answers, or what is wrong. */
export type Answering =
  { readonly nodeID: string; readonly problem: null } | { readonly nodeID: null; readonly problem: string };

/**
 * Looks for a node that serves `name`: ourselves, or the first to answer a ping.
 *
 * @param timeout ms
 * @param turn how often was asked before: each time others are, so that three that hang do not stand for all
 */
export async function answeringNode(
  broker: ServiceBroker,
  name: string,
  timeout: number,
  turn: number,
): Promise<Answering> {
  const registry = broker.registry as typeof broker.registry | undefined;
  // A test may have put something simpler in the broker's place.
  if (registry === undefined) return { nodeID: null, problem: messages.noBrokerThere };
  const nodes = registry
    .services({ onlyAvailable: true })
    .flatMap(({ fullName, nodeID }) => (fullName === name && nodeID !== undefined ? [nodeID] : []));
  if (nodes.includes(broker.nodeID)) return { nodeID: broker.nodeID, problem: null };
  if (nodes.length === 0) return { nodeID: null, problem: messages.noNode };
  const first = (turn * ASKED) % nodes.length;
  const asked = [...nodes.slice(first), ...nodes.slice(0, first)].slice(0, ASKED);
  try {
    return { nodeID: await Promise.any(asked.map((nodeID) => ping(broker, nodeID, timeout))), problem: null };
  } catch {
    return { nodeID: null, problem: messages.noPong(asked.length, timeout) };
  }
}

async function ping(broker: ServiceBroker, nodeID: string, timeout: number): Promise<string> {
  if ((await broker.ping(nodeID, timeout)) === null) throw new Error(nodeID);
  return nodeID;
}
