/**
 * A node of ours in a process of its own, made from the compiled library.
 *
 *   node own-child.mjs '{"lib":"/folder/of/compiled-lib","options":{"nodeID":"own-1", …}}'
 *
 * It serves `child.whoami`, `child.sleep { ms }` and listens to `child.event`; with a `journal` (a file) also what load.mjs has.
 * Commands: `call`, `stats`, `events`, `loadStart` … It leaves gracefully on SIGTERM, on the command `stop` and when its stdin
 * closes.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { heldByNode, heldByProcess } from './held.mjs';
import { say, serveLines } from './json-lines.mjs';
import { loadCommands, openJournal, workServices } from './load.mjs';

const { lib, options, journal } = JSON.parse(process.argv[2]);
const load = (file) => import(pathToFileURL(join(lib, file)).href);
const { makeNode } = await load('test/support/node.js');
const { Logger } = await import('@nestjs/common');

const logs = [];
const keep =
  (level) =>
  (...args) =>
    logs.push({ level, text: args.map(String).join(' ') });
Logger.overrideLogger({ log: keep('log'), warn: keep('warn'), error: keep('error'), debug: keep('debug') });

const parts = makeNode(options);
const { broker, node, registry } = parts;
const events = [];
const describe = ({ name, message, code, type, data }) => ({ name, message, code, type, data });
await broker.createService({
  name: 'child',
  actions: {
    whoami: () => broker.nodeID,
    sleep: (ctx) => new Promise((resolve) => setTimeout(resolve, ctx.params.ms, 'slept')),
  },
  events: { 'child.event': (ctx) => events.push(ctx.params) },
});
if (journal) {
  for (const schema of workServices(openJournal(journal), broker.nodeID)) await broker.createService(schema);
}

let stopping;
const stop = () =>
  (stopping ??= node.stop().then(() => {
    say({ stopped: true });
    // Nothing of ours may keep the process: it ends by itself once its ears are closed.
    process.stdin.destroy();
  }));
process.on('SIGTERM', stop);
process.on('unhandledRejection', (error) => {
  process.stderr.write(`unhandled rejection: ${error?.stack ?? error}\n`);
  process.exitCode = 3;
});

let readiness = 'pending';
broker.ready.then(
  () => (readiness = 'ready'),
  (error) => (readiness = describe(error)),
);
const starting = node.start();

const commands = {
  async call({ action, params, opts }) {
    try {
      return { ok: true, result: (await broker.call(action, params, opts)) ?? null };
    } catch (error) {
      return { ok: false, error: describe(error) };
    }
  },
  stats: () => ({
    readiness,
    pending: broker.parts.requester.pending.size,
    nodes: registry.nodes().map(({ id, available }) => ({ id, available })),
  }),
  events: () => events,
  logs: ({ clear }) => (clear ? logs.splice(0) : logs),
  held: () => ({ node: heldByNode(parts), process: heldByProcess() }),
  ...loadCommands(broker),
  stop: () => void stop(),
};

await starting;
say({ ready: true, nodeID: broker.nodeID });
serveLines((cmd, params) => commands[cmd](params), describe, stop);
