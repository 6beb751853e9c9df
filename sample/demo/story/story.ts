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
  const chapter = (title: string, gist: string, tellIt: (scene: Scene) => Promise<void>) =>
    checks.chapter(title, gist, () => tellIt(scene));

  await chapter('Discovery', 'nobody was told who else is there', discovery);
  await chapter('Balanced calls', 'the caller names an action, not a node', balancedCalls);
  await chapter('Errors', 'caught with instanceof, also when another node threw them', errors);
  await chapter('Events', 'emit: one receiver a group; broadcast: everybody', events);
  await chapter('Streams', 'events of other nodes as RxJS Observables', streams);
  if (cluster.has('carrier')) {
    await chapter('Moleculer.js', 'the node "carrier" knows nothing of Nest', moleculer);
  }
  await chapter('Takeover', 'a node leaves and another comes, while calls go on', takeover);
}
