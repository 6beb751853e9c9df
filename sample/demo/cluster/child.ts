/** A node in a process of its own: started by `child-process.ts`, which tells it what to be and when to leave. */
import { startNode } from './start-node.js';

const { role, settings } = JSON.parse(process.env.DEMO_NODE ?? '{}');
const gone = new Promise<void>((resolve) => {
  process.once('message', () => resolve());
  process.once('disconnect', resolve); // the parent has died
});
// Ctrl-C reaches all processes of a terminal; the parent decides.
process.on('SIGINT', () => {});

const node = await startNode(role, settings);
process.send?.('ready');
await gone;
await node.leave();
// Nothing is left open: the process ends by itself.
if (process.connected) process.disconnect();
