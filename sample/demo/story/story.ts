import { balancedCalls } from './balanced-calls.js';
import { discovery } from './discovery.js';
import { errors } from './errors.js';
import { events } from './events.js';
import { moleculer } from './moleculer.js';
import type { Scene } from './scene.js';
import { streams } from './streams.js';
import { takeover } from './takeover.js';

/** The whole story, chapter by chapter. Each builds on the cluster that the ones before it leave. */
export async function tell(scene: Scene): Promise<void> {
  const { checks, cluster } = scene;
  await checks.chapter('The nodes find each other', () => discovery(scene));
  await checks.chapter('Calls are balanced', () => balancedCalls(scene));
  await checks.chapter('Errors arrive as what they were', () => errors(scene));
  await checks.chapter('Events are shared or for everybody', () => events(scene));
  await checks.chapter('Events are RxJS streams', () => streams(scene));
  if (cluster.has('carrier')) {
    await checks.chapter('Moleculer.js is one of us', () => moleculer(scene));
  }
  await checks.chapter('A node leaves, another takes over', () => takeover(scene));
}
