import type { Context } from '../../../lib/context/context.js';

/** A service of one event that notes what it hears. */
export function listener(name: string, pattern: string, heard: unknown[], more: object = {}) {
  return {
    name,
    events: {
      [pattern]: { ...more, handler: (ctx: Context) => void heard.push([name, ctx.eventName, ctx.params]) },
    },
  };
}
