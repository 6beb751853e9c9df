/** The command line: `run.mjs <bench> [--name value | --name=value]`. */
import { parseArgs } from 'node:util';

export const BENCHES = ['remote', 'local', 'events', 'handlers'];

export const USAGE = `npm run bench -- remote|local|events|handlers [options]

  --contenders a,b   names (docs/performance.md) or paths of modules; ratios are to the first
  --rounds 5         measured rounds of each contender, interleaved A B C ... C B A
  --ms 1000          length of a round (remote, local, handlers)
  --warmup 1000      ms of each contender before the first round of each workload
  --quick            a smoke run of a few seconds: do all contenders still answer rightly?
  --json FILE        the raw figures of every round
  --prof DIR         CPU profiles of the measured rounds, a file for each process (see hot-spots.mjs)

remote:  --c 1,16,128    calls under way      --size 10,150   bytes of params: any number, or 10b 150b 1k 10k
local, handlers:  --only text     workloads whose name contains it
events:  --nodes 1,4     receiving nodes      --events 20000  events in a round      --size 150`;

const DEFAULTS = {
  rounds: '5',
  ms: '1000',
  warmup: '1000',
  c: '1,16,128',
  size: '150',
  nodes: '1,4',
  events: '20000',
};
const QUICK = {
  rounds: '2',
  ms: '50',
  warmup: '20',
  c: '1,16',
  size: '10,1k',
  nodes: '2',
  events: '200',
};

/** Null if only help is wanted. @param {string[]} argv @throws Error for what makes no sense */
export function readOptions(argv) {
  const text = { type: 'string' };
  const names = ['contenders', 'json', 'prof', 'only', ...Object.keys(DEFAULTS)];
  const flag = { type: 'boolean', default: false };
  const options = { quick: flag, help: flag };
  for (const name of names) options[name] = text;
  const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
  if (values.help) return null;
  const [bench] = positionals;
  if (positionals.length !== 1 || !BENCHES.includes(bench)) throw new Error(`Name one bench.\n\n${USAGE}`);
  const given = { ...(values.quick ? QUICK : DEFAULTS), ...values };
  return {
    bench,
    quick: values.quick,
    contenders: values.contenders?.split(','),
    only: values.only ?? '',
    json: values.json,
    prof: values.prof,
    rounds: number('rounds', given.rounds),
    ms: number('ms', given.ms),
    warmup: number('warmup', given.warmup),
    events: number('events', given.events),
    concurrencies: numbers('c', given.c),
    sizes: numbers('size', given.size),
    nodes: numbers('nodes', given.nodes),
  };
}

const numbers = (name, text) => text.split(',').map((item) => number(name, item));

function number(name, text) {
  const [, digits, unit] = /^(\d+)(b|k)?$/i.exec(text.trim()) ?? [];
  const value = Number(digits) * (unit?.toLowerCase() === 'k' ? 1000 : 1);
  if (!(value > 0)) throw new Error(`--${name} wants whole numbers above 0, not '${text}'.`);
  return value;
}
