/** Events to other nodes, in bursts: balanced (one receiver in a group) and to all. */
import { setTimeout as sleep } from 'node:timers/promises';
import { interleave, together } from '../support/rounds.mjs';
import { figure, range, summary } from '../support/statistics.mjs';
import { table } from '../support/table.mjs';
import { loadContender } from '../contenders/index.mjs';

const PATIENCE = 20_000;

/** @param {import('../run.mjs').Run} run */
export async function events(run) {
  const { options, names } = run;
  for (const count of options.nodes) {
    await run.stopWorkers();
    const clusters = new Map();
    await together(names, async (name) => clusters.set(name, await startCluster(run, name, count)));
    for (const size of options.sizes) {
      for (const kind of ['emit', 'broadcast']) await compare(run, clusters, { kind, size, count });
    }
  }
}

async function startCluster(run, name, count) {
  const { balances = true } = await loadContender(name);
  const where = { redisUrl: run.redis.url, namespace: `${run.id}-${name}-${count}` };
  const servers = Array.from({ length: count }, (_, i) => run.worker(name, `server ${i + 1}`));
  await together(servers, (server, i) => server.ask('serve', { ...where, nodeID: `server${i + 1}` }));
  const client = run.worker(name, 'client');
  await client.ask('connect', { ...where, nodeID: 'client' });
  const cluster = { name, servers, client, balances };
  await untilAllHear(cluster);
  return cluster;
}

/** Broadcasts until each node has been reached, then waits until nothing more arrives. */
async function untilAllHear({ name, servers, client }) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    await client.ask('probe', { kind: 'broadcast', payload: { n: 0 } });
    await sleep(50);
    if ((await counts(servers)).every(({ count }) => count > 0)) break;
    if (Date.now() > end) throw new Error(`${name}: not every node receives events.`);
  }
  for (let before = -1, now = 0; before !== now;) {
    before = now;
    await sleep(100);
    now = (await counts(servers)).reduce((sum, { count }) => sum + count, 0);
  }
}

async function compare(run, clusters, { kind, size, count }) {
  const { options, names } = run;
  const load = { kind, size, events: options.events };
  for (const name of names) {
    const end = Date.now() + options.warmup;
    do await round(run, clusters.get(name), load);
    while (Date.now() < end);
  }
  const workers = [...clusters.values()].flatMap(({ servers, client }) => [...servers, client]);
  const rounds = await run.profiled(workers, `${kind}-${count}`, () =>
    interleave(names, options.rounds, (name) => round(run, clusters.get(name), load)),
  );
  run.report({
    title: `${kind} to ${count} ${count === 1 ? 'node' : 'nodes'}, ${size} B`,
    workload: { kind, size, nodes: count },
    rounds,
    text: eventTable(rounds, options.events),
  });
}

async function round({ redis }, { servers, client, balances }, load) {
  const workers = [client, ...servers];
  await together(servers, (server) => server.ask('forget'));
  await together(workers, (worker) => worker.ask('cpuStart'));
  const redisBefore = await redis.cpu();
  const { sum } = await client.ask('events', load);
  const copies = load.kind === 'emit' && balances ? 1 : servers.length;
  const heard = await untilReceived(servers, load.events * copies);
  const redisCpu = (await redis.cpu()) - redisBefore;
  const [clientCpu, ...serverCpus] = await together(workers, (worker) => worker.ask('cpu'));
  const serverCpu = serverCpus.reduce((total, cpu) => total + cpu, 0);
  const problem = misdelivery(heard, load.events, sum, copies);
  return {
    answers: heard.reduce((total, { count }) => total + count, 0),
    wrong: problem === null ? 0 : 1,
    example: problem,
    client: clientCpu / load.events,
    server: serverCpu / load.events,
    total: (clientCpu + serverCpu) / load.events,
    redis: redisCpu / load.events,
  };
}

async function untilReceived(servers, expected) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const heard = await counts(servers);
    if (heard.reduce((total, { count }) => total + count, 0) >= expected || Date.now() > end) return heard;
    await sleep(10);
  }
}

const counts = (servers) => together(servers, (server) => server.ask('received'));

/** Each node all of them, or all nodes together all of them: by number and by the sum of what they bear. */
function misdelivery(heard, events, sum, copies) {
  const whole = { count: events, sum };
  const total = heard.reduce((a, b) => ({ count: a.count + b.count, sum: a.sum + b.sum }));
  const right = copies === 1 ? same(total, whole) : heard.every((node) => same(node, whole));
  return right ? null : `${events} events arrived as ${heard.map(({ count }) => count).join(' + ')}`;
}

const same = (a, b) => a.count === b.count && a.sum === b.sum;

function eventTable(rounds, count) {
  const [[, reference]] = rounds;
  const base = summary(reference, 'total').median;
  const rows = [...rounds].map(([name, list]) => {
    const middle = (key) => figure(summary(list, key).median);
    const total = summary(list, 'total');
    return [
      name,
      (summary(list, 'answers').median / count).toFixed(2),
      middle('client'),
      middle('server'),
      figure(total.median),
      range(total),
      middle('redis'),
      `${(total.median / base).toFixed(2)}x`,
    ];
  });
  return table(
    ['contender', 'received', 'client µs', 'servers µs', 'all µs', 'min–max', 'Redis µs', 'CPU ratio'],
    rows,
  );
}
