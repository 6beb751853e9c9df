import { randomUUID } from 'node:crypto';
import { startRepl } from 'nestjs-moleculer/repl';
import type { DemoArguments } from './arguments.js';
import { Checks } from './checks.js';
import { startChildProcess } from './cluster/child-process.js';
import { Cluster } from './cluster/cluster.js';
import { startNode } from './cluster/start-node.js';
import { withoutPassword } from './redis.js';
import { paint, print } from './screen.js';
import { tell } from './story/story.js';

/** ms for everything but the prompt. */
const LIMIT = 90_000;

/** Brings up the cluster, tells the story, opens the prompt if it is wanted, and takes everything down. */
export async function runDemo({ redis, repl }: DemoArguments): Promise<boolean> {
  const checks = new Checks();
  const watchdog = setTimeout(() => giveUp(checks), LIMIT).unref();
  const cluster = await openCluster(redis);
  try {
    await tell({ cluster, checks });
    const ok = checks.summary();
    if (repl) {
      clearTimeout(watchdog);
      await prompt(cluster);
    }
    return ok;
  } finally {
    await cluster.close();
  }
}

/** Everything has a limit of its own; this one is for what nobody thought of. Child processes end with this one. */
function giveUp(checks: Checks): never {
  checks.check('the end', false, `not reached within ${LIMIT / 1000} s`);
  checks.summary();
  process.exit(1);
}

async function openCluster(redis: string | null): Promise<Cluster> {
  const namespace = `demo-${randomUUID()}`;
  const transporter = redis ?? `memory://${namespace}`;
  print(paint('bold', redis ? 'Five processes, one cluster' : 'Four Nest applications, one cluster'));
  print(
    paint('dim', redis ? `over ${withoutPassword(redis)}` : 'in this process, over the memory transporter'),
  );

  const cluster = await Cluster.open({ namespace, transporter }, redis ? startChildProcess : startNode);
  const joining = [
    cluster.join('warehouse', 'north'),
    cluster.join('warehouse', 'south'),
    cluster.join('office', 'office'),
    ...(redis ? [cluster.join('carrier', 'carrier')] : []),
  ];
  const failed = (await Promise.allSettled(joining)).find((join) => join.status === 'rejected');
  if (!failed) return cluster;
  await cluster.close();
  throw failed.reason;
}

async function prompt(cluster: Cluster): Promise<void> {
  print();
  print(
    paint(
      'dim',
      'The cluster stays up while this prompt is open. Try: nodes, actions, call stock.level --item lamp',
    ),
  );
  const opened = startRepl(cluster.broker);
  process.once('SIGTERM', () => void opened.close()); // the cluster then leaves in good order
  await opened.closed;
}
