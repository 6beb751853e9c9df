import type { Dictionary } from './packets.js';

/**
 * Where nodes of this library say, in the `metadata` of INFO, what they can do that others cannot: a list of names, which other
 * brokers ignore.
 */
export const CAPABILITIES = '$capabilities';

/** Understands both versions, so that none has to be spoken for its sake. */
export const BILINGUAL = 'bilingual';

/** Takes bundles (`bundle.ts`). */
export const BUNDLES = 'bundles';

/** Whether a node said that it can do this; `metadata` is whatever it announced. */
export function hasCapability(metadata: Dictionary, name: string): boolean {
  const told = Object.hasOwn(metadata, CAPABILITIES) ? metadata[CAPABILITIES] : null;
  return Array.isArray(told) && told.includes(name);
}
