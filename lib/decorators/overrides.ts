import 'reflect-metadata';
import { isHandler } from './handler-metadata.js';
import { ENHANCERS } from './metadata.keys.js';

/** What binds a method to another transport stays with the method that declared it: an override is no HTTP route in Nest either. */
const isBinding = (key: unknown): boolean =>
  key === 'path' || key === 'method' || (typeof key === 'string' && key.startsWith('microservices:'));

/**
 * An override without `@Action` and `@Event` of a method that has them keeps their options, the guards and all other metadata of the
 * parent's method. Nest would drop them: a guarded action would lose its guard. The parent's method is left as it is.
 *
 * Done once when `@Service` runs, so that Nest's scan finds the enhancers, and again by the explorer for classes without `@Service`.
 */
export function inheritHandlers(type: Function): void {
  const latest = new Map<string, object>();
  for (const prototype of prototypesOf(type)) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
      if (name === 'constructor' || typeof method !== 'function') continue;
      const parent = latest.get(name);
      if (parent && parent !== method && isHandler(parent) && !isHandler(method)) inherit(parent, method);
      latest.set(name, method);
    }
  }
}

/** From the base class down. */
function prototypesOf(type: Function): object[] {
  const chain: object[] = [];
  let prototype: object | null = type.prototype as object | null;
  while (prototype && prototype !== Object.prototype) {
    chain.unshift(prototype);
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return chain;
}

function inherit(parent: object, method: object): void {
  for (const key of Reflect.getOwnMetadataKeys(parent) as unknown[]) {
    if (isBinding(key)) continue;
    const value: unknown = Reflect.getOwnMetadata(key, parent);
    if (!Reflect.hasOwnMetadata(key, method)) Reflect.defineMetadata(key, value, method);
    else if ((ENHANCERS as readonly unknown[]).includes(key)) {
      const own = Reflect.getOwnMetadata(key, method) as unknown[];
      Reflect.defineMetadata(key, [...(value as unknown[]), ...own], method);
    }
  }
}
