import 'reflect-metadata';
import type { ScopeOptions } from '@nestjs/common';
import { ServiceSchemaError } from '../errors/service.error.js';
import { scopesContradict } from '../messages/explorer.messages.js';
import { streamsFromBroker } from './event-stream.decorator.js';
import { CONTROLLER, INJECTABLE, SCOPE_OPTIONS, SERVICE_METADATA } from './metadata.keys.js';
import { inheritHandlers } from './overrides.js';
import type { ServiceOptions } from './service-options.interface.js';

/**
 * Gives a provider or controller with handlers its service name, version, settings … It also stands in for `@Injectable`. Optional: a
 * class with handlers is a service anyway. Several classes of one name and version are one service.
 *
 * @param nameOrOptions Default name: the class name less `Service` or `Controller`, in camelCase.
 * @throws ServiceSchemaError at load, if `scope` or `durable` contradict `@Injectable`; at start, for what is wrong otherwise
 * @publicApi
 */
export function Service(nameOrOptions: string | ServiceOptions = {}): ClassDecorator {
  const options = typeof nameOrOptions === 'string' ? { name: nameOrOptions } : nameOrOptions;
  return (target) => {
    Reflect.defineMetadata(SERVICE_METADATA, options, target);
    makeInjectable(target, options);
    inheritHandlers(target);
    if (typeof options.broker === 'string') streamsFromBroker(target, options.broker);
  };
}

/** What `@Injectable` does, without erasing what `@Injectable`, `@Controller` or a parent class have said of the scope. */
function makeInjectable(target: Function, { scope, durable }: ServiceOptions): void {
  if (!Reflect.hasMetadata(INJECTABLE, target) && !Reflect.hasMetadata(CONTROLLER, target)) {
    Reflect.defineMetadata(INJECTABLE, true, target);
  }
  if (scope === undefined && durable === undefined) return;
  const own = Reflect.getOwnMetadata(SCOPE_OPTIONS, target) as ScopeOptions | undefined;
  const said = own?.scope !== undefined || own?.durable !== undefined;
  if (said && (own.scope !== scope || own.durable !== durable)) {
    throw new ServiceSchemaError(scopesContradict(target.name));
  }
  Reflect.defineMetadata(SCOPE_OPTIONS, { scope, durable }, target);
}
