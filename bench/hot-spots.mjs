/** Where a profile of `--prof` spent its time: `node bench/hot-spots.mjs FILE… [--top 30]`. Self time, without idling. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { table } from './support/table.mjs';

const { values, positionals } = parseArgs({
  options: { top: { type: 'string', default: '30' } },
  allowPositionals: true,
});

for (const file of positionals) {
  const spots = selfTimes(JSON.parse(await readFile(file, 'utf8')));
  spots.delete('(idle)');
  const total = [...spots.values()].reduce((a, b) => a + b, 0);
  const rows = [...spots]
    .sort((a, b) => b[1] - a[1])
    .slice(0, Number(values.top))
    .map(([name, time]) => [name, `${((time / total) * 100).toFixed(1)} %`]);
  console.log(`\n${file}: ${Math.round(total / 1000)} ms busy\n\n${table(['function', 'share'], rows)}`);
}

function selfTimes({ nodes, samples, timeDeltas }) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map();
  samples.forEach((id, i) => times.set(names.get(id), (times.get(names.get(id)) ?? 0) + timeDeltas[i]));
  return times;
}

function nameOf({ functionName, url, lineNumber }) {
  const name = functionName || '(anonymous)';
  if (url === '') return name;
  const place = url.replace(/^.*\/(node_modules|dist|bench)\//, (_, folder) =>
    folder === 'node_modules' ? '' : `${folder}/`,
  );
  return `${name} ${place}:${lineNumber + 1}`;
}
