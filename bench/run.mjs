/** Measures nestjs-moleculer beside what one would use instead: `npm run bench -- remote|local|events|handlers [options]`. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULTS, loadContender } from './contenders/index.mjs';
import { describeMachine } from './support/machine.mjs';
import { readOptions, USAGE } from './support/options.mjs';
import { openRedis } from './support/redis.mjs';
import { WorkerProcess } from './support/worker-process.mjs';
import { events } from './workloads/events.mjs';
import { handlers } from './workloads/handlers.mjs';
import { local } from './workloads/local.mjs';
import { remote } from './workloads/remote.mjs';

const WORKLOADS = { remote, local, events, handlers };
const NEEDED = { remote: 'connect', local: 'local', events: 'connect', handlers: 'local' };

/** One run of a bench: its processes, its server, its results. */
export class Run {
  id = `bench-${randomUUID().slice(0, 8)}`;
  results = [];
  redis = null;
  #workers = [];

  constructor(options) {
    this.options = options;
    this.names = options.contenders ?? DEFAULTS[options.bench];
  }

  async start() {
    const needed = NEEDED[this.options.bench];
    for (const name of this.names) {
      const contender = await loadContender(name);
      if (!(needed in contender))
        throw new Error(`${name} has no '${needed}' to take part in ${this.options.bench}.`);
    }
    if (NEEDED[this.options.bench] === 'connect') this.redis = await openRedis();
    console.log(describeMachine(this.redis ? [this.redis.about] : []).join('\n'));
    const { rounds, ms, events: count, bench } = this.options;
    const length = bench === 'events' ? `${count} events` : `${ms} ms`;
    console.log(`${rounds} interleaved rounds of ${length}; medians; CPU of the processes per operation`);
  }

  /** A process that ends with the run. */
  worker(contender, role) {
    const worker = new WorkerProcess(contender, role);
    this.#workers.push(worker);
    return worker;
  }

  async stopWorkers() {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.stop()));
  }

  /** Runs `work`, with `--prof` under the profiler in each of these processes. */
  async profiled(workers, label, work) {
    const { prof } = this.options;
    if (prof === undefined) return work();
    for (const worker of workers) await worker.ask('profileStart');
    const result = await work();
    for (const worker of workers) {
      const name = `${worker.contender}-${worker.role}-${label}`.replaceAll(/[^\w.-]+/g, '-');
      await worker.ask('profileStop', join(prof, `${name}.cpuprofile`));
    }
    return result;
  }

  /** @param {{ title: string, workload: object, rounds: Map<string, object[]>, text: string }} result */
  report({ title, workload, rounds, text }) {
    this.results.push({ title, workload, rounds: Object.fromEntries(rounds) });
    console.log(`\n### ${title}\n\n${text}`);
    for (const [name, list] of rounds) {
      for (const { wrong, answers, example } of list) {
        if (wrong > 0) console.error(`WRONG: ${name}: ${wrong} of ${answers} answers (${example})`);
      }
    }
  }

  get wrong() {
    const rounds = this.results.flatMap((result) => Object.values(result.rounds).flat());
    return rounds.reduce((total, { wrong }) => total + wrong, 0);
  }

  async end() {
    await this.stopWorkers();
    await this.redis?.stop();
  }
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    console.log(USAGE);
    return;
  }
  const run = new Run(options);
  // An ordinary exit, so that the server of our own ends as well.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  try {
    await run.start();
    await WORKLOADS[run.options.bench](run);
    const { json } = run.options;
    if (json) {
      const facts = { machine: describeMachine(), options: run.options, results: run.results };
      await writeFile(json, JSON.stringify(facts, null, 1));
    }
    if (run.wrong > 0) throw new Error('Not every answer was right; the figures mean nothing.');
    console.log('\nEvery answer was checked and right.');
  } finally {
    await run.end();
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
