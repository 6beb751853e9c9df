import 'reflect-metadata';
import { ModuleRef } from '@nestjs/core';
import type { Type } from '@nestjs/common';
import { ENHANCERS, FILTERS } from '../decorators/metadata.keys.js';
import { ServiceSchemaError } from '../errors/service.error.js';
import { messageOf } from '../errors/thrown.js';
import { enhancerNotInherited, enhancerNotMade, enhancerNotProvided } from '../messages/explorer.messages.js';
import { isClassProvider, providerName } from './handler-target.js';
import type { HandlerTarget, Wrapper } from './handler-target.js';

/** Class of an enhancer → the instance that stands in where Nest's scan made none. */
export type StandIns = ReadonlyMap<Function, object>;

const metadata = (key: string, on: object): unknown[] =>
  (Reflect.getMetadata(key, on) as unknown[] | undefined) ?? [];

/** What `@UseGuards` and its like have bound to the class and the method. */
export const boundTo = ({ type, method }: HandlerTarget, key: string): unknown[] => [
  ...metadata(key, type),
  ...metadata(key, method),
];

export const hasEnhancers = (target: HandlerTarget): boolean =>
  ENHANCERS.some((key) => key !== FILTERS && boundTo(target, key).length > 0);

export const hasFilters = (target: HandlerTarget): boolean => boundTo(target, FILTERS).length > 0;

/**
 * Nest looks an enhancer given as a class up among the module's injectables and, where it is not there, leaves it out in silence: a
 * guarded handler would be open. Finds all that would be left out.
 *
 * Of a class provider they come from a method that was overridden without a decorator: these are made here. A factory or value provider
 * cannot have any.
 *
 * @throws ServiceSchemaError naming handler and enhancer
 */
export async function missingEnhancers(target: HandlerTarget, pipes: readonly unknown[]): Promise<StandIns> {
  const bound = [...ENHANCERS.flatMap((key) => boundTo(target, key)), ...pipes];
  const standIns = new Map<Function, object>();
  for (const enhancer of bound) {
    if (typeof enhancer !== 'function') continue;
    const wrapper = target.host.injectables.get(enhancer);
    if (wrapper !== undefined) {
      checkReach(target, wrapper, enhancer);
      continue;
    }
    if (!isClassProvider(target)) {
      throw new ServiceSchemaError(enhancerNotProvided(target.origin, enhancer.name, providerName(target)));
    }
    if (!standIns.has(enhancer)) standIns.set(enhancer, await make(target, enhancer));
  }
  return standIns;
}

/** Nest knows of something made for each call through another class of the module alone: here it would run what nobody has made. */
function checkReach(target: HandlerTarget, enhancer: Wrapper, type: Function): void {
  if (!enhancer.isTransient && enhancer.isDependencyTreeStatic()) return;
  const own: readonly Wrapper[] = target.wrapper.getEnhancersMetadata() ?? [];
  if (own.includes(enhancer)) return;
  throw new ServiceSchemaError(enhancerNotInherited(target.origin, type.name, target.type.name));
}

async function make(target: HandlerTarget, enhancer: Function): Promise<object> {
  const ref = target.host.getProviderByKey(ModuleRef)?.instance as ModuleRef;
  const scope = (Reflect.getMetadata('scope:options', enhancer) as { scope?: number } | undefined)?.scope;
  if (scope)
    throw new ServiceSchemaError(enhancerNotInherited(target.origin, enhancer.name, target.type.name));
  try {
    return await ref.create(enhancer as Type<object>);
  } catch (error) {
    throw new ServiceSchemaError(enhancerNotMade(target.origin, enhancer.name, messageOf(error)));
  }
}
