import { startMoleculer } from './moleculer-node.js';
import { startApp } from './nest-node.js';
import type { Node, NodeSettings } from './node.js';
import type { Role } from './roles.js';

/** A node in this process. */
export async function startNode(role: Role, settings: NodeSettings): Promise<Node> {
  if (role === 'carrier') return startMoleculer(settings);
  const app = await startApp(role, settings);
  return { leave: () => app.close() };
}
