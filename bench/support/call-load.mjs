/** Calls as fast as the answers come, with so many under way, for so long. */
import { AnswerCheck, payloads } from './payload.mjs';
import { percentile } from './statistics.mjs';

/** Operations between two looks at the clock, where one takes less than a microsecond. */
const LOCAL_BATCH = 64;

/**
 * @param {object} running what a contender's `connect` or `local` gave
 * @param {{ method?: string, kind?: 'call' | 'emit', ms: number, size: number, concurrency?: number, listeners?: number }} options
 *   `emit`: how many listeners must have been given each event
 */
export async function loadCalls(running, options, receipts) {
  const { method = 'call', kind = 'call', ms, size, concurrency = 1, listeners = 0 } = options;
  const operation = running[method];
  const state = {
    operation,
    source: payloads(size),
    check: new AnswerCheck(),
    latencies: [],
    until: 0,
  };
  receipts.clear();
  const lane = chooseLane(kind, method, concurrency);
  const before = process.cpuUsage();
  const start = performance.now();
  state.until = start + ms;
  await Promise.all(Array.from({ length: concurrency }, () => lane(state)));
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  if (kind === 'emit') compareReceipts(state.check, receipts, listeners);
  return {
    ...state.check.result(),
    seconds,
    cpu: user + system,
    p50: percentile(state.latencies, 0.5) * 1000,
    p99: percentile(state.latencies, 0.99) * 1000,
  };
}

function chooseLane(kind, method, concurrency) {
  if (kind === 'emit') return emitLane;
  if (method !== 'call') return localLane;
  return concurrency === 1 ? timedLane : callLane;
}

async function callLane({ operation, source, check, until }) {
  do {
    const sent = source.next();
    check.take(sent, await operation(sent));
  } while (performance.now() < until);
}

/** With each call's own time, which is only of use while it is the only one. */
async function timedLane({ operation, source, check, until, latencies }) {
  let now = performance.now();
  do {
    const sent = source.next();
    check.take(sent, await operation(sent));
    const end = performance.now();
    latencies.push(end - now);
    now = end;
  } while (now < until);
}

async function localLane({ operation, source, check, until }) {
  do {
    for (let i = 0; i < LOCAL_BATCH; i++) {
      const sent = source.next();
      check.take(sent, await operation(sent));
    }
  } while (performance.now() < until);
}

/** An event has no answer; what the listeners counted is compared at the end. */
async function emitLane({ operation, source, check, until }) {
  do {
    for (let i = 0; i < LOCAL_BATCH; i++) {
      const sent = source.next();
      await operation(sent);
      check.take(sent, sent);
    }
  } while (performance.now() < until);
}

function compareReceipts(check, receipts, listeners) {
  const { count } = receipts.counts();
  if (count !== check.answers * listeners)
    check.fail(`${check.answers} events to ${listeners} listeners made ${count} deliveries`);
}
