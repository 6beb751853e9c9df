/** Calls and events within one process. */
import { interleave, together } from '../support/rounds.mjs';
import { figure, range, summary } from '../support/statistics.mjs';
import { table } from '../support/table.mjs';

const SIZE = 150;

const WORKLOADS = [
  { title: 'call, sync handler', method: 'reply' },
  { title: 'call, async handler', method: 'later' },
  { title: 'call, params validated', method: 'checked' },
  { title: 'emit to 1 listener', method: 'emitOne', kind: 'emit', listeners: 1 },
  { title: 'emit to 10 listeners', method: 'emitTen', kind: 'emit', listeners: 10 },
  { title: 'emit to 10 listeners by pattern', method: 'emitWild', kind: 'emit', listeners: 10 },
];

/** @param {import('../run.mjs').Run} run */
export async function local(run) {
  await withinProcesses(run, WORKLOADS, 'Local', localTable);
}

/**
 * Runs each workload in a process for each contender.
 * @param {import('../run.mjs').Run} run
 */
export async function withinProcesses(run, workloads, heading, tableOf) {
  const { options, names } = run;
  let workers;
  for (const { title, ...workload } of workloads.filter((item) => item.title.includes(options.only))) {
    // What the compiler learnt of one workload must not shape the next: fresh processes, except in a smoke run.
    if (workers === undefined || !options.quick) {
      await run.stopWorkers();
      workers = new Map();
      await together(names, async (name) => {
        const worker = run.worker(name, 'local');
        await worker.ask('local', {});
        workers.set(name, worker);
      });
    }
    const load = { ...workload, size: SIZE };
    for (const name of names) await workers.get(name).ask('calls', { ...load, ms: options.warmup });
    const rounds = await run.profiled([...workers.values()], title.replaceAll(/\W+/g, '-'), () =>
      interleave(names, options.rounds, (name) => round(workers.get(name), { ...load, ms: options.ms })),
    );
    run.report({ title: `${heading} ${title}`, workload, rounds, text: tableOf(rounds) });
  }
}

async function round(worker, load) {
  const { answers, wrong, example, cpu, seconds } = await worker.ask('calls', load);
  return { answers, wrong, example, rate: answers / seconds, total: (cpu / answers) * 1000 };
}

function localTable(rounds) {
  const [[, reference]] = rounds;
  const base = summary(reference, 'total').median;
  const rows = [...rounds].map(([name, list]) => {
    const total = summary(list, 'total');
    return [
      name,
      figure(summary(list, 'rate').median),
      figure(total.median),
      range(total),
      `${(total.median / base).toFixed(2)}x`,
    ];
  });
  return table(['contender', 'per second', 'CPU ns', 'min–max', 'CPU ratio'], rows);
}
