import type { Node, NodeSettings } from './node.js';
import type { Role } from './roles.js';

/** A node in this process. What the other kind needs is not loaded: Moleculer.js runs without Nest, and the other way round. */
export async function startNode(role: Role, settings: NodeSettings): Promise<Node> {
  if (role === 'carrier') {
    const { startMoleculer } = await import('./moleculer-node.js');
    return startMoleculer(settings);
  }
  const { startApp } = await import('./nest-node.js');
  const app = await startApp(role, settings);
  return { leave: () => app.close() };
}
