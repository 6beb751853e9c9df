import * as messages from '../messages/repl.messages.js';
import type { CommandFlag, ReplCommand, Session } from './command.js';
import { actionNames, nodeIDs } from './known-names.js';
import { readPayload, type TypedPayload } from './payload.js';
import { printable } from './screen.js';

export const PAYLOAD_FLAGS: readonly CommandFlag[] = [
  { form: '--<name> <value>', text: 'a param; --a.b 5 makes { a: { b: 5 } }' },
  { form: '--#<name> <value>', text: 'a meta value' },
  { form: '--$<name> <value>', text: 'an option, such as --$timeout 3000' },
];

export const callCommand: ReplCommand = {
  name: 'call',
  usage: '<action> [json] [meta]',
  summary: 'Call an action',
  flags: PAYLOAD_FLAGS,
  run(args, session, signal) {
    const payload = readPayload(args, ['action']);
    return call(payload, payload.names[0] as string, null, session, signal);
  },
  complete: (before, session) => (before.length === 0 ? actionNames(session) : []),
};

export const directCallCommand: ReplCommand = {
  name: 'dcall',
  usage: '<nodeID> <action> [json] [meta]',
  summary: 'Call an action on a certain node',
  flags: PAYLOAD_FLAGS,
  async run(args, session, signal) {
    const payload = readPayload(args, ['nodeID', 'action']);
    const [nodeID, action] = payload.names as [string, string];
    if (!nodeIDs(session).includes(nodeID)) {
      session.screen.print(session.screen.paint('red', messages.nodeNotAvailable(nodeID)));
      return;
    }
    await call(payload, action, nodeID, session, signal);
  },
  complete(before, session) {
    if (before.length === 0) return nodeIDs(session);
    return before.length === 1 ? actionNames(session, before[0]) : [];
  },
};

async function call(
  { params, meta, options }: TypedPayload,
  action: string,
  nodeID: string | null,
  { broker, screen }: Session,
  signal: AbortSignal,
): Promise<void> {
  const shownOptions = Object.keys(options).length === 0 ? null : screen.show(options);
  const line = messages.calling(
    printable(action),
    nodeID,
    screen.show(params),
    screen.show(meta),
    shownOptions,
  );
  screen.print(screen.paint(['yellow', 'bold'], line));
  const opts = nodeID === null ? { ...options, meta, signal } : { ...options, meta, signal, nodeID };
  const start = broker.now();
  const result = await broker.call<unknown>(action, params, opts);
  screen.print(screen.paint(['cyan', 'bold'], messages.executionTime + duration(broker.now() - start)));
  screen.print(screen.paint(['yellow', 'bold'], messages.response));
  screen.print(screen.show(result));
}

/** @param ms fractions possible */
export function duration(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)}μs`;
  return ms < 1000 ? `${Math.round(ms)}ms` : `${(ms / 1000).toFixed(1)}s`;
}
