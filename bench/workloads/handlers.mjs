/** Handlers with guards, interceptors, pipes …: what these cost beyond a direct call, with Nest's own chain and with ours. */
import { figure, range, summary } from '../support/statistics.mjs';
import { table } from '../support/table.mjs';
import { withinProcesses } from './local.mjs';

const WORKLOADS = [
  { title: 'guard', method: 'guard' },
  { title: 'guard that gives a promise', method: 'asyncGuard' },
  { title: 'pipe', method: 'pipe' },
  { title: 'interceptor', method: 'interceptor' },
  { title: 'two interceptors', method: 'interceptors' },
  { title: 'guard, interceptor and pipe', method: 'all' },
  { title: 'parameter decorator', method: 'argument' },
  { title: 'filter', method: 'filter' },
  { title: 'filter that answers an error', method: 'answeringFilter' },
];

/** @param {import('../run.mjs').Run} run */
export async function handlers(run) {
  await withinProcesses(run, WORKLOADS, 'Handler with', handlerTable);
}

/** The first contender is the direct call, the last is what the others are compared with. */
function handlerTable(rounds) {
  const totals = [...rounds].map(([name, list]) => ({
    name,
    rate: summary(list, 'rate').median,
    total: summary(list, 'total'),
  }));
  const direct = totals[0].total.median;
  const whole = totals.at(-1).total.median - direct;
  const rows = totals.map(({ name, rate, total }, i) => {
    const over = total.median - direct;
    const beyond = i === 0 ? ['-', '-'] : [figure(over), `${(over / whole).toFixed(2)}x`];
    return [name, figure(rate), figure(total.median), range(total), ...beyond];
  });
  return table(['contender', 'per second', 'CPU ns', 'min–max', 'over direct, ns', 'of the last'], rows);
}
