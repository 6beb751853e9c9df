import type { Registry } from '../registry/registry.js';
import type { BrokerControl, PongResponse } from './broker-control.js';

/** `broker.ping`: one node, or several by their IDs; `null` and `undefined` stand for all that are there. */
export async function pingNodes(
  ownID: string,
  control: BrokerControl | null,
  registry: Registry,
  target: string | readonly string[] | null | undefined,
  timeout: number,
): Promise<PongResponse | null | Record<string, PongResponse | null>> {
  const one = async (id: string): Promise<PongResponse | null> =>
    id === ownID ? { nodeID: id, elapsedTime: 0, timeDiff: 0 } : (control?.ping(id, timeout) ?? null);
  if (typeof target === 'string') return one(target);
  const available = [...registry.remoteNodes()].filter((node) => node.available);
  const ids = target ?? available.map((node) => node.id);
  const pongs = await Promise.all(ids.map(one));
  return Object.fromEntries(ids.map((id, i) => [id, pongs[i] ?? null]));
}
