/** What is held on to: an idle node must come back to the same counts, whatever happened in between. */

/** @param parts what `makeNode` gives, with a transporter for a single Redis server */
export function heldByNode({ broker, node, registry, transporter }) {
  const { requester, runner, deadlines, remoteWork, localWork, streams } = broker.parts;
  const { publisher, subscriber } = transporter.pair.clients;
  return {
    pending: requester.pending.size,
    deadlines: deadlines.size,
    signals: requester.pending.signals.size + runner.watched,
    work: remoteWork.count + localWork.count,
    streams: streams.size,
    watchers: registry.watchers,
    pings: node.deps.presence.pings.pending,
    unanswered: transporter.unanswered,
    publisher: heldByClient(publisher.client),
    subscriber: heldByClient(subscriber.client),
  };
}

/** An ioredis client: its listeners, those of its socket, and the commands that it remembers. */
function heldByClient(client) {
  const { commandQueue, offlineQueue, prevCommandQueue } = client;
  return {
    listeners: listenersOf(client),
    socket: listenersOf(client.stream),
    commands: commandQueue.length + offlineQueue.length + (prevCommandQueue?.length ?? 0),
    subscriptions: client.condition?.subscriber
      ? client.condition.subscriber.channels('subscribe').length
      : 0,
  };
}

const listenersOf = (emitter) =>
  emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);

/** Timers, sockets and whatever else keeps this process alive, by kind. */
export function heldByProcess() {
  const kinds = {};
  for (const kind of process.getActiveResourcesInfo()) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return kinds;
}
