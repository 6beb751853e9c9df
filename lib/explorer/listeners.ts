import { isDeepStrictEqual } from 'node:util';
import { Logger } from '@nestjs/common';
import type { EventOptions } from '../decorators/event-options.interface.js';
import { ServiceSchemaError } from '../errors/service.error.js';
import { contradictingListeners, listenerFailedToo } from '../messages/explorer.messages.js';
import type { EventInfo } from '../protocol/packets.js';
import type { EventDefinition, Handler } from '../registry/service-definition.js';
import type { HandlerPart } from './service-part.js';

const logger = new Logger('Moleculer');

/**
 * A service announces an event once, so its methods that listen to the same one become one listener that runs them all.
 *
 * @throws ServiceSchemaError if their groups or other options differ
 */
export function eventDefinitions(
  service: string,
  parts: readonly HandlerPart<EventOptions>[],
): EventDefinition[] {
  const byName = new Map<string, HandlerPart<EventOptions>[]>();
  for (const part of parts) {
    const others = byName.get(part.name);
    if (others === undefined) byName.set(part.name, [part]);
    else {
      checkAlike(service, others[0], part);
      others.push(part);
    }
  }
  return [...byName.values()].map(definition);
}

function definition(parts: readonly HandlerPart<EventOptions>[]): EventDefinition {
  const [{ name, options, handler }] = parts;
  return {
    info: { ...options, name } as EventInfo,
    handler: parts.length === 1 ? handler : together(parts),
    origin: parts.map((part) => part.origin).join(', '),
  };
}

function checkAlike(service: string, one: HandlerPart<EventOptions>, other: HandlerPart<EventOptions>): void {
  const comparable = ({ options }: HandlerPart<EventOptions>) => ({ ...options, name: undefined });
  if (isDeepStrictEqual(comparable(one), comparable(other))) return;
  throw new ServiceSchemaError(contradictingListeners(service, one.name, one.origin, other.origin));
}

/** All run, whatever the others do. The first error is the listener's; of the others the log tells. */
function together(parts: readonly HandlerPart<EventOptions>[]): Handler {
  return async (ctx) => {
    const results = await Promise.allSettled(parts.map(async ({ handler }) => handler(ctx)));
    const failures = results
      .map((result, index) => ({ result, origin: parts[index].origin }))
      .filter(
        (one): one is { result: PromiseRejectedResult; origin: string } => one.result.status === 'rejected',
      );
    for (const { result, origin } of failures.slice(1))
      logger.error(listenerFailedToo(origin), result.reason);
    if (failures.length > 0) throw failures[0].result.reason;
  };
}
