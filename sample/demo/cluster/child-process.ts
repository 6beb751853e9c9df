import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Node, NodeSettings } from './node.js';
import type { Role } from './roles.js';

/** A node in a process of its own, ready when it has joined the cluster. */
export async function startChildProcess(role: Role, settings: NodeSettings): Promise<Node> {
  // Not in the arguments: everybody on the machine can read those, and a URL may hold a password.
  const env = { ...process.env, DEMO_NODE: JSON.stringify({ role, settings }) };
  const child = fork(new URL('./child.js', import.meta.url), {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));

  const said = await Promise.race([once(child, 'message'), ended.then(() => null)]);
  if (said === null) throw new Error(`the process of ${settings.nodeID} has ended before it was ready`);
  return { leave: () => leave(child, settings.nodeID, ended) };
}

/** It has 8 s to end by itself. */
async function leave(child: ChildProcess, nodeID: string, ended: Promise<unknown[]>): Promise<void> {
  if (child.connected) child.send('leave');
  const late = setTimeout(() => child.kill('SIGKILL'), 8000);
  const [code, signal] = await ended;
  clearTimeout(late);
  if (code !== 0) throw new Error(`the process of ${nodeID} ended with ${code ?? signal} instead of 0`);
}
