import { MoleculerClientError } from '../../../lib/errors/moleculer.error.js';
import type { Dictionary } from '../../../lib/protocol/packets.js';
import { MemoryTransporter } from '../../../lib/transporters/memory/memory.transporter.js';
import type { VirtualCluster } from '../cluster.fixture.js';

/** As Redis: a message is dear, so packets for one node are better sent as one. */
class DearTransporter extends MemoryTransporter {
  override readonly favoursBundles: boolean = true;
}

export const start = (c: VirtualCluster, nodeID: string, options: Dictionary = {}) =>
  c.started({ nodeID, transporter: new DearTransporter({ hub: c.hubName }), ...options });

/** What the hub carried to a node of ours: the bundles' entries, and how many messages. */
export function overhear(c: VirtualCluster, nodeID: string) {
  const topics = ['EVENT', 'REQ', 'RES', 'PING'].map((type) => `MOL.${type}.${nodeID}`);
  const messages: { type: string; packet: Dictionary }[] = [];
  const ear = {};
  c.hub.join(ear, {
    message: (topic, data) =>
      messages.push({
        type: topic.split('.')[1] as string,
        packet: JSON.parse(data.toString()) as Dictionary,
      }),
    up: () => undefined,
    down: () => undefined,
  });
  c.hub.subscribe(ear, topics);
  return messages;
}

/** Two nodes of this library that serve each other, and what the hub carries to each. */
export async function pair(c: VirtualCluster, options: Dictionary = {}) {
  const served: string[] = [];
  const callee = await start(c, 'callee', options);
  await callee.broker.createService({
    name: 'far',
    actions: {
      echo: (ctx) => {
        served.push(`call ${JSON.stringify(ctx.params)}`);
        return ctx.params;
      },
      context: (ctx) => {
        ctx.meta['back'] = true;
        const { id, level, parentID, requestID, caller, tracing, meta, headers, nodeID } = ctx;
        return { id, level, parentID, requestID, caller, tracing, meta, headers, nodeID };
      },
      nothing: () => undefined,
      fail: () => {
        throw new MoleculerClientError('no', 418, 'TEAPOT', { cup: 1 });
      },
      nested: (ctx) => ctx.call('near.context', {}, { headers: { h: 2 } }),
    },
    events: {
      happened: (ctx) =>
        void served.push(`event ${JSON.stringify(ctx.params)} ${JSON.stringify(ctx.eventGroups)}`),
    },
  });
  const caller = await start(c, 'caller', options);
  await caller.broker.createService({
    name: 'near',
    actions: {
      context: (ctx) => ({
        level: ctx.level,
        parentID: ctx.parentID,
        requestID: ctx.requestID,
        caller: ctx.caller,
        meta: ctx.meta,
        headers: ctx.headers,
      }),
    },
  });
  await c.advance(100);
  return { c, callee, caller, served, toCallee: overhear(c, 'callee'), toCaller: overhear(c, 'caller') };
}
