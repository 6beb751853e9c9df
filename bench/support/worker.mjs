/** The child's side: starts one contender in the role it is told and answers the parent's commands. */
import { loadContender } from '../contenders/index.mjs';
import { loadCalls } from './call-load.mjs';
import { loadEvents } from './event-load.mjs';
import { Profile } from './profile.mjs';
import { Receipts } from './receipts.mjs';

const contender = await loadContender(process.argv[2]);
const receipts = new Receipts();
const profile = new Profile();
let running;
let cpuBefore;

const commands = {
  /** As a node that serves and receives. */
  serve: async (options) => {
    running = await contender.serve({ ...options, received: (payload) => receipts.take(payload) });
  },
  /** As one that calls and sends. Settles when the others are there. */
  connect: async (options) => {
    running = await contender.connect(options);
  },
  /** Everything in this process. */
  local: async (options) => {
    running = await contender.local({ ...options, received: (payload) => receipts.take(payload) });
  },
  calls: (options) => loadCalls(running, options, receipts),
  events: (options) => loadEvents(running, options),
  probe: ({ kind, payload }) => running[kind](payload),
  received: () => receipts.counts(),
  forget: () => receipts.clear(),
  cpuStart: () => {
    cpuBefore = process.cpuUsage();
  },
  cpu: () => {
    const { user, system } = process.cpuUsage(cpuBefore);
    return user + system;
  },
  profileStart: () => profile.start(),
  profileStop: (file) => profile.stop(file),
};

process.on('message', async ({ id, command, argument }) => {
  try {
    process.send({ id, result: (await commands[command](argument)) ?? null });
  } catch (error) {
    process.send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
process.on('disconnect', () => process.exit());
