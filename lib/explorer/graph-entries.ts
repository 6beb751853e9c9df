import type { SerializedGraph } from '@nestjs/core';
import type { ServiceDefinition } from '../registry/service-definition.js';
import type { Wrapper } from './handler-target.js';
import type { HandlerPart, ServicePart } from './service-part.js';

/** A class of the application and what it contributes. */
export interface FoundPart {
  readonly wrapper: Wrapper;
  readonly part: ServicePart;
}

/** What Nest's microservices say of an entry point, so that whoever draws the graph knows the form. */
interface EntryFacts {
  key: string;
  transportId: string;
  patterns: string[];
  isEventHandler: boolean;
  extras: { service: string; group?: string };
}

/**
 * Tells Nest's devtools which methods are reached from the cluster, as it is told of routes and message patterns. Without `snapshot: true`
 * the graph has no nodes, and gets none of these either.
 */
export function insertEntrypoints(
  graph: SerializedGraph,
  found: readonly FoundPart[],
  services: readonly ServiceDefinition[],
): void {
  for (const { wrapper, part } of found) {
    if (graph.getNodeById(wrapper.id) === undefined) continue;
    const service = services.find((one) => isOf(one, part));
    if (service === undefined) continue;
    const insert = (handler: HandlerPart<object>, key: string, isEventHandler: boolean, group?: string) => {
      const methodName = handler.origin.slice(handler.origin.lastIndexOf('.') + 1);
      const extras = { service: service.fullName, ...(group !== undefined && { group }) };
      const metadata: EntryFacts = { key, transportId: 'moleculer', patterns: [key], isEventHandler, extras };
      const id = `${wrapper.id}_${methodName}`;
      graph.insertEntrypoint<EntryFacts>(
        { id, type: 'microservice', methodName, className: part.origin, classNodeId: wrapper.id, metadata },
        wrapper.id,
      );
    };
    for (const action of part.actions) insert(action, fullName(service, action), false);
    for (const event of part.events) insert(event, event.name, true, event.options.group ?? service.name);
  }
}

const isOf = ({ name, version }: ServiceDefinition, part: ServicePart): boolean =>
  name === part.name && (version ?? '') === (part.options.version ?? '');

const fullName = ({ actions, fullName }: ServiceDefinition, { name, origin }: HandlerPart<object>): string =>
  actions.find((action) => action.info.rawName === name && action.origin === origin)?.info.name ??
  `${fullName}.${name}`;
