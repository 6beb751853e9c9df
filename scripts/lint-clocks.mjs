/**
 * The linter's rule that time and chance are injected: outside lib/time nothing in the library reads a clock, sets a
 * timer, rolls dice or asks the machine. `setImmediate`, `queueMicrotask` and `process.nextTick` only order work and
 * are allowed.
 */
const message = 'Time, chance and machine facts are injected: see lib/time.';

const globals = ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'performance', 'crypto'].map(
  (name) => ({ name, message }),
);

const properties = [
  ['Date', 'now'],
  ['Math', 'random'],
  ['performance', 'now'],
  ['crypto', 'randomUUID'],
  ['crypto', 'randomBytes'],
  ['AbortSignal', 'timeout'],
  ...['hrtime', 'uptime', 'pid', 'memoryUsage', 'cpuUsage', 'resourceUsage', 'version', 'argv'].map(
    (property) => ['process', property],
  ),
  ...['setTimeout', 'setInterval', 'performance', 'crypto'].map((property) => ['globalThis', property]),
].map(([object, property]) => ({ object, property, message }));

const syntax = [
  "NewExpression[callee.name='Date'][arguments.length=0]",
  "CallExpression[callee.name='Date']",
  // Without a scheduler these use the wall clock.
  'CallExpression[callee.name=/^(interval|timer|debounceTime|auditTime|throttleTime|sampleTime|bufferTime)$/][arguments.length<2]',
  'CallExpression[callee.name=/^(timestamp|timeInterval)$/][arguments.length<1]',
].map((selector) => ({ selector, message }));

/** Rules for every file of lib/ outside lib/time. */
export const noClocks = {
  'no-restricted-globals': ['error', ...globals],
  'no-restricted-properties': ['error', ...properties],
  'no-restricted-syntax': ['error', ...syntax],
};

const wholeModules = ['os', 'timers', 'timers/promises', 'perf_hooks', 'child_process', 'cluster'];
const dice = [
  'randomBytes',
  'randomUUID',
  'randomInt',
  'randomFill',
  'randomFillSync',
  'webcrypto',
  'getRandomValues',
];

/** Entries for `no-restricted-imports`, for the same files. */
export const clockImports = [
  ...wholeModules
    .flatMap((name) => [name, `node:${name}`])
    .map((name) => ({ name, message, allowTypeImports: true })),
  ...['crypto', 'node:crypto'].map((name) => ({ name, importNames: [...dice, 'default'], message })),
  {
    name: 'rxjs',
    importNames: ['asyncScheduler', 'asapScheduler', 'animationFrameScheduler', 'VirtualTimeScheduler'],
    message,
  },
];
