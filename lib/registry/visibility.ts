import type { ActionInfo } from '../protocol/packets.js';

/** Whether nodes other than the owner may call the action. A visibility nobody knows hides it, as in Moleculer. */
export function isCallableFromAfar(action: ActionInfo): boolean {
  const visibility = action['visibility'];
  return (
    visibility === undefined || visibility === null || visibility === 'published' || visibility === 'public'
  );
}
