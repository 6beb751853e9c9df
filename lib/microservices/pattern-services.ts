import type { MessageHandler } from '@nestjs/microservices';
import { ServiceSchemaError } from '../errors/service.error.js';
import {
  emptyPattern,
  groupNeeded,
  wildcardInMessage,
  wrongGroup,
} from '../messages/microservices.messages.js';
import { checkActionOptions, checkEventOptions } from '../options/handler-options.js';
import type { ActionDefinition, EventDefinition, ServiceDefinition } from '../registry/service-definition.js';
import { actionHandler, eventHandler, type Run } from './bridged-handler.js';
import { hasWildcard, rawNameOf, serviceOf } from './pattern-names.js';

/** A decorated method as Nest hands it to a transport. */
export interface PatternHandler {
  /** The pattern as Nest normalises it. */
  readonly route: string;
  readonly callback: MessageHandler;
  /** The decorator's further argument: options of the action or event. */
  readonly extras: Readonly<Record<string, unknown>>;
}

export interface PatternContext {
  readonly run: Run;
  /** For what looks like a misspelt option. */
  warn(text: string): void;
}

/**
 * The services that stand for an application's patterns.
 *
 * @param group of events whose decorator names none; without it the one service of the dotted message patterns
 * @throws ServiceSchemaError a pattern that is no action, an event without a group
 */
export function patternServices(
  messages: readonly PatternHandler[],
  events: readonly PatternHandler[],
  group: string | undefined,
  { run, warn }: PatternContext,
): ServiceDefinition[] {
  const services = new Map<string, ServiceDefinition>();
  for (const message of messages) {
    const action = actionOf(message, run, warn);
    serviceNamed(services, serviceOf(message.route)).actions.push(action);
  }
  for (const event of grouped(events, group ?? onlyService(messages))) {
    serviceNamed(services, event.group).events.push(eventOf(event, run, warn));
  }
  return [...services.values()];
}

/** The service that all dotted patterns belong to; undefined if there are several, or none. */
function onlyService(messages: readonly PatternHandler[]): string | undefined {
  const names = new Set(
    messages.map(({ route }) => serviceOf(route)).filter((name, i) => name !== messages[i].route),
  );
  return names.size === 1 ? [...names][0] : undefined;
}

function serviceNamed(services: Map<string, ServiceDefinition>, name: string): ServiceDefinition {
  let service = services.get(name);
  if (service === undefined) {
    service = { name, fullName: name, settings: {}, metadata: {}, dependencies: [], actions: [], events: [] };
    services.set(name, service);
  }
  return service;
}

function actionOf(
  { route, callback, extras }: PatternHandler,
  run: Run,
  warn: PatternContext['warn'],
): ActionDefinition {
  const origin = `@MessagePattern('${route}')`;
  if (route === '') throw new ServiceSchemaError(emptyPattern);
  if (hasWildcard(route)) throw new ServiceSchemaError(wildcardInMessage(route));
  checkActionOptions(origin, extras, warn);
  return {
    info: { ...extras, name: route, rawName: rawNameOf(route) },
    handler: actionHandler(route, callback, run),
    origin,
  };
}

interface EventGroup {
  readonly route: string;
  readonly group: string;
  readonly extras: PatternHandler['extras'];
  readonly callbacks: MessageHandler[];
}

/** One entry for all handlers of an event in a group: within a group one listener gets the event, and here all shall. */
function grouped(events: readonly PatternHandler[], fallback: string | undefined): EventGroup[] {
  const groups = new Map<string, EventGroup>();
  for (const { route, callback, extras } of events) {
    if (route === '') throw new ServiceSchemaError(emptyPattern);
    const group = extras['group'] ?? fallback;
    if (group === undefined) throw new ServiceSchemaError(groupNeeded(route));
    if (typeof group !== 'string' || group.trim() === '') throw new ServiceSchemaError(wrongGroup(route));
    const key = JSON.stringify([route, group]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { route, group, extras, callbacks: [callback] });
    else known.callbacks.push(callback);
  }
  return [...groups.values()];
}

function eventOf(
  { route, group, extras, callbacks }: EventGroup,
  run: Run,
  warn: PatternContext['warn'],
): EventDefinition {
  const origin = `@EventPattern('${route}')`;
  checkEventOptions(origin, extras, warn);
  return { info: { ...extras, name: route, group }, handler: eventHandler(route, callbacks, run), origin };
}
