/** Calls of an action on another node: client and server in processes of their own. */
import { freePort } from '../../scripts/redis-process.mjs';
import { interleave, together } from '../support/rounds.mjs';
import { figure, range, summary } from '../support/statistics.mjs';
import { table } from '../support/table.mjs';

/** @param {import('../run.mjs').Run} run */
export async function remote(run) {
  const { options, names, redis } = run;
  const pairs = new Map();
  await together(names, async (name) => pairs.set(name, await startPair(name, run)));
  for (const size of options.sizes) {
    for (const concurrency of options.concurrencies) {
      await compare(run, pairs, { size, concurrency });
    }
  }

  async function startPair(name) {
    const where = { redisUrl: redis.url, namespace: `${run.id}-${name}`, port: await freePort() };
    const server = run.worker(name, 'server');
    const client = run.worker(name, 'client');
    await server.ask('serve', { ...where, nodeID: 'server' });
    await client.ask('connect', { ...where, nodeID: 'client' });
    return { server, client };
  }
}

async function compare(run, pairs, { size, concurrency }) {
  const { options, names } = run;
  const load = { size, concurrency };
  for (const name of names) await pairs.get(name).client.ask('calls', { ...load, ms: options.warmup });
  const workers = [...pairs.values()].flatMap(({ server, client }) => [server, client]);
  const rounds = await run.profiled(workers, `${size}b-c${concurrency}`, () =>
    interleave(names, options.rounds, (name) => round(run, pairs.get(name), { ...load, ms: options.ms })),
  );
  run.report({
    title: `Remote call, ${size} B, ${concurrency} under way`,
    workload: { size, concurrency },
    rounds,
    text: remoteTable(rounds, concurrency),
  });
}

async function round({ redis }, { server, client }, load) {
  await server.ask('cpuStart');
  const redisBefore = await redis.cpu();
  const result = await client.ask('calls', load);
  const redisCpu = (await redis.cpu()) - redisBefore;
  const serverCpu = await server.ask('cpu');
  const { answers, wrong, example, seconds, cpu, p50, p99 } = result;
  return {
    answers,
    wrong,
    example,
    rate: answers / seconds,
    client: cpu / answers,
    server: serverCpu / answers,
    total: (cpu + serverCpu) / answers,
    redis: redisCpu / answers,
    p50,
    p99,
  };
}

function remoteTable(rounds, concurrency) {
  const alone = concurrency === 1;
  const [[, reference]] = rounds;
  const base = summary(reference, 'total').median;
  const head = ['contender', 'calls/s', ...(alone ? ['p50 µs', 'p99 µs'] : []), 'client µs', 'server µs'];
  const rows = [...rounds].map(([name, list]) => {
    const middle = (key) => figure(summary(list, key).median);
    const total = summary(list, 'total');
    return [
      name,
      middle('rate'),
      ...(alone ? [middle('p50'), middle('p99')] : []),
      middle('client'),
      middle('server'),
      figure(total.median),
      range(total),
      middle('redis'),
      `${(total.median / base).toFixed(2)}x`,
    ];
  });
  return table([...head, 'both µs', 'min–max', 'Redis µs', 'CPU ratio'], rows);
}
