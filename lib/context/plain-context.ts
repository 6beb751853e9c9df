import type { Context } from './context.js';

/** What a log shows of a context: plain fields only. */
export function plainContext(ctx: Context): object {
  const { id, nodeID, action, eventName, service, params, meta, headers } = ctx;
  const { requestID, parentID, level, caller, tracing, eventType, eventGroups } = ctx;
  return {
    id,
    nodeID,
    action: action?.name,
    event: eventName ?? undefined,
    service: service?.fullName,
    params,
    meta,
    headers,
    requestID,
    parentID,
    level,
    caller,
    tracing,
    eventType: eventType ?? undefined,
    eventGroups: eventGroups ?? undefined,
  };
}
