/** The remote control of a Moleculer peer: the commands that a test sends it. */
import { Readable } from 'node:stream';
import { buildValue, describeContext, describeError, describeValue } from './peer-values.mjs';

const INTERNAL = [
  '$node.connected',
  '$node.updated',
  '$node.disconnected',
  '$services.changed',
  '$transporter.connected',
  '$transporter.disconnected',
  '$transit.error',
  '$broker.error',
];

const plain = (value) => JSON.parse(JSON.stringify(value ?? null));

/** Commands by name; `params` is what the test sent. */
export function commands(broker, Errors, state) {
  const take = (list, { where = () => true, clear = false } = {}) => {
    const found = list.filter(where);
    if (clear) list.length = 0;
    return found;
  };
  return {
    /** Never rejects: `{ ok, result | error, meta, nodeID, ms }`. */
    async call({ action, params, value, opts }) {
      const started = Date.now();
      const pending = broker.call(action, value === undefined ? params : buildValue(value), opts);
      const facts = () => ({
        meta: pending.ctx?.meta,
        nodeID: pending.ctx?.nodeID,
        ms: Date.now() - started,
      });
      try {
        const result = await pending;
        return { ok: true, result, type: describeValue(result).t, ...facts() };
      } catch (error) {
        return { ok: false, error: describeError(error, Errors), ...facts() };
      }
    },
    /** A call with a stream of these texts: as params in 0.14, beside them in 0.15. Its error. */
    async upload({ action, chunks }) {
      const stream = Readable.from(
        chunks.map((text) => Buffer.from(text)),
        { objectMode: false },
      );
      const old = broker.PROTOCOL_VERSION === '4';
      const pending = old ? broker.call(action, stream) : broker.call(action, {}, { stream });
      return pending.then(
        () => null,
        (error) => describeError(error, Errors),
      );
    },
    emit: ({ event, payload, opts }) => broker.emit(event, payload, opts).then(() => true),
    broadcast: ({ event, payload, opts }) => broker.broadcast(event, payload, opts).then(() => true),
    ping: ({ nodeID, timeout = 30_000 } = {}) => broker.ping(nodeID, timeout),
    events: ({ name, clear } = {}) =>
      take(state.events, { where: (e) => !name || e.eventName === name, clear }),
    internalEvents: ({ name, clear } = {}) =>
      take(state.internal, { where: (e) => !name || e.name === name, clear }),
    logs: ({ level, contains, clear } = {}) =>
      take(state.logs, {
        where: (l) => (!level || l.level === level) && (!contains || l.message.includes(contains)),
        clear,
      }),
    nodes: () => plain(broker.registry.getNodeList({ withServices: false })),
    services: () => plain(broker.registry.getServiceList({ withActions: true, withEvents: true })),
    actions: () => plain(broker.registry.getActionList({ withEndpoints: true })),
    subscriptions: () => plain(broker.registry.getEventList({ withEndpoints: true })),
    /** The INFO as stored for a node. */
    info: ({ nodeID }) => plain(broker.registry.getNodeInfo(nodeID)),
    waitForServices: ({ names, timeout = 60_000 }) =>
      broker.waitForServices(names, timeout, 20).then(() => true),
    state: () => ({
      connected: broker.transit.connected,
      pending: broker.transit.pendingRequests.size,
      seq: broker.registry.nodes.localNode.seq,
      instanceID: broker.instanceID,
    }),
    /** At run time: its actions answer `{ service, action, params, nodeID }`, its events are written down. */
    createService({ name, version, settings, actions = [], events = [], group }) {
      const answer = (action) => (ctx) => ({
        service: name,
        action,
        params: ctx.params,
        nodeID: broker.nodeID,
      });
      const handler = (ctx) => {
        state.events.push({
          service: name,
          group: group ?? name,
          pattern: ctx.event.name,
          ...describeContext(ctx),
        });
      };
      const event = { context: true, handler, ...(group ? { group } : {}) };
      const byName = (names, make) => Object.fromEntries(names.map((key) => [key, make(key)]));
      const schema = {
        name,
        version,
        settings,
        actions: byName(actions, answer),
        events: byName(events, () => event),
      };
      return broker.createService(schema).fullName;
    },
    destroyService: ({ name, version }) => broker.destroyService({ name, version }).then(() => true),
  };
}

/** Writes down Moleculer's own events, slimmed. */
export function internalEventsService(state) {
  const slim = ({ node, error, ...rest } = {}) => ({
    payload: {
      ...plain(rest),
      ...(node ? { node: node.id } : {}),
      ...(error ? { error: error.message } : {}),
    },
    ...(node ? { nodeID: node.id, available: node.available } : {}),
    ...(error ? { error: error.message } : {}),
    ...(node || error ? { unexpected: rest.unexpected, reconnected: rest.reconnected } : {}),
  });
  const listener = (name) => ({
    context: true,
    handler(ctx) {
      state.internal.push({ name, ...slim(ctx.params ?? {}) });
    },
  });
  return { name: 'watch', events: Object.fromEntries(INTERNAL.map((name) => [name, listener(name)])) };
}
