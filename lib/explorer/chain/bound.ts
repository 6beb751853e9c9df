import type { HostModule } from '../handler-target.js';
import type { StandIns } from '../bound-enhancers.js';

/** What makes an object an enhancer of its kind. */
export type EnhancerMethod = 'canActivate' | 'intercept' | 'transform' | 'catch';

/**
 * The instances of what was bound as classes or instances, in order; what is neither is left out, as by Nest. Null if only Nest can tell:
 * of classes that are made for each call or each user, and of such as are no enhancers.
 */
export function instancesOf<T extends object>(
  bound: readonly unknown[],
  method: EnhancerMethod,
  host: HostModule,
  standIns: StandIns,
): T[] | null {
  const found: T[] = [];
  for (const enhancer of bound) {
    if (typeof enhancer !== 'function') {
      if (isEnhancer<T>(enhancer, method)) found.push(enhancer);
      continue;
    }
    const instance = standIns.get(enhancer) ?? singleton(enhancer, host);
    if (!isEnhancer<T>(instance, method)) return null;
    found.push(instance);
  }
  return found;
}

function singleton(type: Function, host: HostModule): unknown {
  const wrapper = host.injectables.get(type);
  return wrapper !== undefined && !wrapper.isTransient && wrapper.isDependencyTreeStatic()
    ? wrapper.instance
    : null;
}

const isEnhancer = <T extends object>(value: unknown, method: EnhancerMethod): value is T =>
  typeof (value as Record<string, unknown> | null | undefined)?.[method] === 'function';
