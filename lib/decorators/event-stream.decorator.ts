import 'reflect-metadata';
import { Inject, Optional } from '@nestjs/common';
import type { EventName } from '../context/contract.types.js';
import { ServiceSchemaError } from '../errors/service.error.js';
import { decoratorOnStatic } from '../messages/explorer.messages.js';
import { EVENT_STREAM_METADATA, PROPERTY_DEPENDENCIES } from './metadata.keys.js';
import { wantStream } from './wanted.js';

/** One `@EventStream` property. */
export interface EventStreamDeclaration {
  readonly property: string | symbol;
  readonly pattern: string;
  readonly group: string | undefined;
}

/**
 * Makes a property the Observable of an event or pattern: `Observable<EventMessage<T>>`. It is there before `onModuleInit`, is hot, and
 * completes when the app stops. Without `group` it sees every event and takes none away from handlers.
 *
 * It is injected like any other property, and may be missing: a class under test needs no broker.
 *
 * @throws ServiceSchemaError at start, on a class that is not a singleton
 * @publicApi
 */
export function EventStream(pattern: EventName, options: { group?: string } = {}): PropertyDecorator {
  const { group } = options;
  return (target, property) => {
    if (typeof target === 'function') {
      throw new ServiceSchemaError(decoratorOnStatic('@EventStream', target.name, String(property)));
    }
    const type = target.constructor;
    const others = eventStreamsOf(type).filter((stream) => stream.property !== property);
    Reflect.defineMetadata(EVENT_STREAM_METADATA, [...others, { property, pattern, group }], type);
    Optional()(target, property);
    Inject(wantStream(pattern, group, undefined))(target, property);
  };
}

/** The `@EventStream` properties of a class, inherited ones included. */
export const eventStreamsOf = (type: object): readonly EventStreamDeclaration[] =>
  (Reflect.getMetadata(EVENT_STREAM_METADATA, type) as EventStreamDeclaration[] | undefined) ?? [];

/** Points the streams of a class at its broker, which only `@Service` knows. */
export function streamsFromBroker(type: object, broker: string): void {
  const streams = eventStreamsOf(type);
  if (streams.length === 0) return;
  const all = (Reflect.getMetadata(PROPERTY_DEPENDENCIES, type) ?? []) as {
    key: string | symbol;
    type: unknown;
  }[];
  const properties = new Set(streams.map((stream) => stream.property));
  Reflect.defineMetadata(
    PROPERTY_DEPENDENCIES,
    [
      ...all.filter((dependency) => !properties.has(dependency.key)),
      ...streams.map((s) => ({ key: s.property, type: wantStream(s.pattern, s.group, broker) })),
    ],
    type,
  );
}
