/** What a validation error adds to each of its issues. */
export interface ValidationSite {
  nodeID?: string;
  action?: string;
  event?: string;
}

/** The part of a context that is read here; checks may be run without one. */
interface SiteContext {
  nodeID?: string;
  action?: { name?: string } | null;
  event?: { name?: string } | null;
}

/** As in Moleculer: the node is the caller's (`ctx.nodeID`), the event is named by the handler's pattern. */
export function validationSite(ctx: unknown): ValidationSite {
  const { nodeID, action, event } = (ctx ?? {}) as SiteContext;
  if (action?.name !== undefined) return { nodeID, action: action.name };
  if (event?.name !== undefined) return { nodeID, event: event.name };
  return nodeID === undefined ? {} : { nodeID };
}
