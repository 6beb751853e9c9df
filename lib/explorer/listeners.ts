import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../context/context.js';
import type { EventOptions } from '../decorators/event-options.interface.js';
import { ServiceSchemaError } from '../errors/service.error.js';
import { contradictingListeners } from '../messages/explorer.messages.js';
import { later, laterStill } from '../pipeline/outcome.js';
import { oneOrSeveral } from '../pipeline/several-errors.js';
import type { EventInfo } from '../protocol/packets.js';
import type { EventDefinition, Handler } from '../registry/service-definition.js';
import type { HandlerPart } from './service-part.js';

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

/** All run, whatever the others do; what failed is thrown when all are done. */
function together(parts: readonly HandlerPart<EventOptions>[]): Handler {
  return async (ctx) => {
    const results = await Promise.allSettled(parts.map(({ handler }) => run(handler, ctx)));
    const failed = results.filter((result) => result.status === 'rejected');
    if (failed.length > 0) throw oneOrSeveral(failed.map(({ reason }) => reason as unknown));
  };
}

async function run(handler: Handler, ctx: Context): Promise<void> {
  const result = handler(ctx);
  await laterStill(await (later(result, ctx) ?? result), ctx);
}
