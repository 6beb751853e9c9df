import 'reflect-metadata';
import type { MetadataScanner } from '@nestjs/core';
import type { ActionOptions } from '../decorators/action-options.interface.js';
import type { EventOptions } from '../decorators/event-options.interface.js';
import { eventStreamsOf } from '../decorators/event-stream.decorator.js';
import type { EventStreamDeclaration } from '../decorators/event-stream.decorator.js';
import { ACTION_METADATA, EVENT_METADATA, SERVICE_METADATA } from '../decorators/metadata.keys.js';
import { inheritHandlers } from '../decorators/overrides.js';
import type { ServiceOptions } from '../decorators/service-options.interface.js';
import type { Method, Wrapper } from './handler-target.js';
import { classOf } from './nest-class.js';

/** What the decorators of a class say, inherited members included. */
export interface DeclaredClass {
  readonly wrapper: Wrapper;
  readonly type: Function;
  readonly service: ServiceOptions | undefined;
  readonly methods: readonly DeclaredMethod[];
  readonly streams: readonly EventStreamDeclaration[];
}

export interface DeclaredMethod {
  readonly name: string;
  readonly method: Method;
  readonly actions: readonly ActionOptions[];
  readonly events: readonly (EventOptions & { name?: string })[];
}

/** undefined: nothing of ours in it. */
export function declaredClass(wrapper: Wrapper, scanner: MetadataScanner): DeclaredClass | undefined {
  const prototype = wrapper.isAlias ? null : prototypeOf(wrapper);
  if (prototype === null) return undefined;
  const type = classOf(wrapper, prototype);
  if (typeof type !== 'function' || type === Object) return undefined;
  const service = Reflect.getMetadata(SERVICE_METADATA, type) as ServiceOptions | undefined;
  const streams = eventStreamsOf(type);
  inheritHandlers(type);
  const methods = scanner
    .getAllMethodNames(prototype)
    .map((name) => declaredMethod(name, (prototype as Record<string, Method>)[name]))
    .filter((method) => method !== undefined);
  if (service === undefined && streams.length === 0 && methods.length === 0) return undefined;
  return { wrapper, type, service, methods, streams };
}

/** Whether a class is one, and not only asks for streams. */
export const isService = ({ service, methods }: DeclaredClass): boolean =>
  service !== undefined || methods.length > 0;

/** Null: it has no instance. What a factory makes for a call is not there yet; its token says what it will be, if that is a class. */
function prototypeOf(wrapper: Wrapper): object | null {
  const { token } = wrapper;
  const instance: unknown = wrapper.instance;
  if (typeof instance === 'object' && instance !== null)
    return Object.getPrototypeOf(instance) as object | null;
  if (!wrapper.isFactory || typeof token !== 'function' || wrapper.isDependencyTreeStatic()) return null;
  return (token.prototype as object | undefined) ?? null;
}

function declaredMethod(name: string, method: Method): DeclaredMethod | undefined {
  const actions = Reflect.getOwnMetadata(ACTION_METADATA, method) as ActionOptions[] | undefined;
  const events = Reflect.getOwnMetadata(EVENT_METADATA, method) as EventOptions[] | undefined;
  if (actions === undefined && events === undefined) return undefined;
  return { name, method, actions: actions ?? [], events: events ?? [] };
}
