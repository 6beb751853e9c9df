import 'reflect-metadata';
import { types } from 'node:util';
import { ENHANCERS } from '../decorators/metadata.keys.js';
import type { Wrapper } from './handler-target.js';

/**
 * The class of an instance as Nest sees it: the one it made the instance from. `constructor` may name another: mixins overwrite it, and
 * a class decorator may have put a Proxy in the place of the class. Guards would be looked for where they are not.
 */
export function classOf(wrapper: Wrapper, prototype: object): unknown {
  const { metatype, isNotMetatype } = wrapper;
  if (isNotMetatype || metatype == null || metatype.prototype !== prototype) return prototype.constructor;
  if (types.isProxy(metatype)) seeThrough(metatype, prototype.constructor);
  return metatype;
}

/** Decorators below the one that made the Proxy wrote on the class behind it, where nobody would see it. */
function seeThrough(proxy: Function, behind: Function): void {
  for (const key of Reflect.getOwnMetadataKeys(behind) as unknown[]) {
    const value: unknown = Reflect.getOwnMetadata(key, behind);
    const seen: unknown = Reflect.getOwnMetadata(key, proxy);
    if (seen === undefined) Reflect.defineMetadata(key, value, proxy);
    else if ((ENHANCERS as readonly unknown[]).includes(key)) {
      const own = seen as unknown[];
      const hidden = (value as unknown[]).filter((enhancer) => !own.includes(enhancer));
      Reflect.defineMetadata(key, [...hidden, ...own], proxy);
    }
  }
}

/** The class on which parameter decorators of a method have written, by Nest's rule: the `constructor` at that time. */
export function argumentsHost(type: Function, methodName: string): Function {
  const prototype = type.prototype as Record<string, unknown>;
  const { constructor } = prototype as { constructor?: Function };
  const declared = constructor?.prototype as Record<string, unknown> | undefined;
  return constructor !== undefined && declared?.[methodName] === prototype[methodName] ? constructor : type;
}
