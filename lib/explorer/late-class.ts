import 'reflect-metadata';
import { Scope, type ScopeOptions } from '@nestjs/common';
import { type DiscoveryService, ModuleRef } from '@nestjs/core';
import { SCOPE_OPTIONS } from '../decorators/metadata.keys.js';
import { getExplorerToken } from '../decorators/named-token.js';
import { ServiceSchemaError } from '../errors/service.error.js';
import { foreignModuleRef, noInstance, scopedOfNoModule } from '../messages/explorer.messages.js';
import type { HostModule, Wrapper } from './handler-target.js';

/**
 * Nest's record of an instance that is registered while the app runs. Nest has one if the instance is of a module, loaded lazily say; of
 * a request-scoped class it is that of the class, for the instance itself will serve nobody. For one made by `ModuleRef.create` a record
 * is made here.
 *
 * @param broker whose module stands in where none is named
 * @throws ServiceSchemaError on what is no instance of a class, or would serve all calls although its class is request-scoped
 */
export function lateClass(
  instance: unknown,
  moduleRef: object | undefined,
  discovery: DiscoveryService,
  broker: string | undefined,
): Wrapper {
  const type = classOf(instance);
  const known = [...discovery.getProviders(), ...discovery.getControllers()].filter(
    ({ isAlias }) => !isAlias,
  );
  const host = moduleRef === undefined ? undefined : moduleOf(moduleRef, known);
  const own = known.find((wrapper) => wrapper.instance === instance);
  if (own !== undefined) return own;
  const ofClass = known.filter(
    (wrapper) => isOf(wrapper, type) && (host === undefined || wrapper.host === host),
  );
  const scoped = ofClass.find((wrapper) => !wrapper.isTransient && !wrapper.isDependencyTreeStatic());
  if (scoped !== undefined) return scoped;
  if (isRequestScoped(type)) throw new ServiceSchemaError(scopedOfNoModule(type.name));
  const home =
    host ?? ofClass[0]?.host ?? known.find(({ token }) => token === getExplorerToken(broker))?.host;
  return recordOf(instance as object, type, home as HostModule, known[0]);
}

/** @throws ServiceSchemaError */
function classOf(instance: unknown): Function {
  if (typeof instance === 'object' && instance !== null && typeof instance.constructor === 'function') {
    return instance.constructor;
  }
  const given = typeof instance === 'function' ? `the class ${instance.name} itself` : typeof instance;
  throw new ServiceSchemaError(noInstance(given));
}

const isRequestScoped = (type: Function): boolean =>
  (Reflect.getMetadata(SCOPE_OPTIONS, type) as ScopeOptions | undefined)?.scope === Scope.REQUEST;

const isOf = ({ metatype, token, isNotMetatype }: Wrapper, type: Function): boolean =>
  isNotMetatype ? token === type : metatype === type;

function moduleOf(moduleRef: object, known: readonly Wrapper[]): HostModule {
  const own = known.find(({ token, instance }) => token === ModuleRef && instance === moduleRef);
  if (own?.host === undefined) throw new ServiceSchemaError(foreignModuleRef);
  return own.host;
}

/** Nest does not export the class of its records. */
function recordOf(instance: object, type: Function, host: HostModule, example: Wrapper): Wrapper {
  const Record = example.constructor as new (fields: object) => Wrapper;
  return new Record({ name: type.name, token: type, metatype: type, instance, isResolved: true, host });
}
