import type { EmitOptions, ServiceBroker } from '../index.js';
import { sending } from '../messages/repl.messages.js';
import { PAYLOAD_FLAGS } from './call.commands.js';
import type { ReplCommand } from './command.js';
import { eventNames } from './known-names.js';
import { readPayload } from './payload.js';

type Send = (broker: ServiceBroker, event: string, payload: unknown, opts: EmitOptions) => Promise<void>;

function sendCommand(name: string, summary: string, send: Send): ReplCommand {
  const locally = name === 'broadcastLocal';
  const how = name === 'emit' ? 'Emit' : 'Broadcast';
  return {
    name,
    summary,
    usage: '<event> [json] [meta]',
    flags: PAYLOAD_FLAGS,
    async run(args, { broker, screen }, signal) {
      const { names, params, meta, options } = readPayload(args, ['event']);
      const event = names[0] as string;
      const shown = [params, meta, options].map((value) => screen.show(value)) as [string, string, string];
      screen.print(screen.paint(['yellow', 'bold'], sending(how, event, locally, ...shown)));
      await Promise.race([send(broker, event, params, { ...options, meta }), aborted(signal)]);
    },
    complete: (before, session) => (before.length === 0 ? eventNames(session) : []),
  };
}

/** Local handlers are awaited, and may take longer than the user likes. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

export const emitCommand = sendCommand('emit', 'Emit an event', (broker, event, payload, opts) =>
  broker.emit(event, payload, opts),
);

export const broadcastCommand = sendCommand(
  'broadcast',
  'Broadcast an event',
  (broker, event, payload, opts) => broker.broadcast(event, payload, opts),
);

export const broadcastLocalCommand = sendCommand(
  'broadcastLocal',
  'Broadcast an event locally',
  (broker, event, payload, opts) => broker.broadcastLocal(event, payload, opts),
);
