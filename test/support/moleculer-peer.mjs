/**
 * One real Moleculer.js node, 0.14 or 0.15, as the other side of an interop test.
 *
 *   node moleculer-peer.mjs '{"version":15,"nodeID":"js-1","url":"redis://127.0.0.1:6379","namespace":"x"}'
 *
 * It says `{"ready":true,…}` once its INFO has gone out, then serves commands (json-lines.mjs, peer-control.mjs). It
 * leaves gracefully on SIGTERM, on the command `stop` and when its stdin closes.
 */
import { createRequire } from 'node:module';
import { say, serveLines } from './json-lines.mjs';
import { loadCommands, openJournal, workServices } from './load.mjs';
import { commands, internalEventsService } from './peer-control.mjs';
import { failService } from './peer-errors.mjs';
import { newState, peerServices } from './peer-services.mjs';
import { describeError } from './peer-values.mjs';

const options = JSON.parse(process.argv[2]);
const moleculer = createRequire(import.meta.url)(`moleculer${options.version}`);
const state = newState();

/** Keeps warnings and errors for the test to read, and shows them on stderr. */
class KeepingLogger extends moleculer.Loggers.Base {
  getLogHandler(bindings) {
    return (level, args) => {
      if (!options.trace && level !== 'warn' && level !== 'error' && level !== 'fatal') return;
      const text = (arg) => (arg instanceof Error ? `${arg.name}: ${arg.message}` : shortJson(arg));
      const message = args.map((arg) => (typeof arg === 'string' ? arg : text(arg))).join(' ');
      state.logs.push({ level, module: bindings?.mod, message });
      process.stderr.write(`${level} ${bindings?.mod}: ${message}\n`);
    };
  }
}

function shortJson(value) {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 500);
  } catch {
    return String(value);
  }
}

let announced;
const infoIsOut = new Promise((resolve) => (announced = resolve));
const probe = {
  name: 'Probe',
  transitPublish: (next) => (packet) => {
    const sent = next(packet);
    if (packet.type === 'INFO' && !packet.target) Promise.resolve(sent).then(announced, () => {});
    return sent;
  },
};

const broker = new moleculer.ServiceBroker({
  namespace: options.namespace ?? '',
  nodeID: options.nodeID,
  logger: new KeepingLogger({ level: 'trace' }),
  transporter: options.url,
  serializer: options.serializer ?? 'JSON',
  requestTimeout: options.requestTimeout ?? 0,
  heartbeatInterval: options.heartbeatInterval ?? 10,
  heartbeatTimeout: options.heartbeatTimeout ?? 30,
  metadata: options.metadata ?? {},
  internalServices: !options.bare,
  registry: {
    strategy: options.strategy ?? 'RoundRobin',
    preferLocal: options.preferLocal ?? true,
    stopDelay: options.stopDelay ?? 100,
  },
  transit: { disableVersionCheck: options.disableVersionCheck ?? false },
  middlewares: [probe],
  // The test decides when a peer ends.
  skipProcessEventRegistration: true,
});
const wanted = options.services && new Set(options.services);
for (const service of [...peerServices(state), failService(moleculer.Errors), internalEventsService(state)]) {
  if (options.bare) continue;
  if (!wanted || wanted.has(service.name) || service.name === 'watch') broker.createService(service);
}
if (options.journal) {
  for (const schema of workServices(openJournal(options.journal), broker.nodeID))
    broker.createService(schema);
}

let stopping;
const stop = () => {
  stopping ??= broker.stop().then(() => {
    say({ stopped: true });
    process.exit(0);
  });
  return stopping;
};
process.on('SIGTERM', stop);
process.on('unhandledRejection', (error) =>
  process.stderr.write(`unhandled rejection: ${error?.stack ?? error}\n`),
);

await broker.start();
// One that serves nothing says nothing.
if (!options.bare) await infoIsOut;
say({
  ready: true,
  nodeID: broker.nodeID,
  moleculer: broker.MOLECULER_VERSION,
  protocol: broker.PROTOCOL_VERSION,
});

const table = { ...commands(broker, moleculer.Errors, state), ...loadCommands(broker), stop };
serveLines(
  (cmd, params) => {
    if (!Object.hasOwn(table, cmd)) throw new Error(`no command "${cmd}"`);
    return table[cmd](params);
  },
  (error) => describeError(error, moleculer.Errors),
  stop,
);
