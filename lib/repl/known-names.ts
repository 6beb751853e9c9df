import type { Session } from './command.js';

/** What completion offers. Internal names come to those who ask for them by their `$`. */

export function actionNames({ broker }: Session, nodeID?: string): string[] {
  return broker.registry
    .actions({ onlyAvailable: true, withEndpoints: nodeID !== undefined })
    .filter(
      ({ endpoints }) => nodeID === undefined || endpoints?.some((endpoint) => endpoint.nodeID === nodeID),
    )
    .map(({ name }) => name);
}

export function eventNames({ broker }: Session): string[] {
  return broker.registry.events({ onlyAvailable: true }).map(({ name }) => name);
}

export function nodeIDs({ broker }: Session): string[] {
  return broker.registry.nodes({ onlyAvailable: true }).map(({ id }) => id);
}
