/**
 * Who may import whom in lib/: the one table that both the linter (eslint.config.js) and
 * test/unit/architecture.spec.ts read. A room is a folder of lib/; `module` stands for lib/moleculer.*.ts
 * and lib/index.ts. Arrows point down only.
 */

/** Everybody may import these. */
export const FLOOR = ['errors', 'options', 'messages', 'time'];

/** Subpath exports: they use the public API, and no other room imports them. */
export const LEAVES = ['microservices', 'repl', 'terminus', 'testing'];

/**
 * `values`: rooms that may be imported freely, besides the room itself and the floor.
 * `types`: rooms of which only types may be imported.
 */
export const ROOMS = {
  messages: { values: [], types: [] },
  time: { values: [], types: [] },
  errors: { values: [], types: [] },
  options: { values: [], types: ['*'] },
  protocol: { values: [], types: [] },
  serializers: { values: ['protocol'], types: [] },
  transporters: { values: ['protocol'], types: [] },
  context: { values: [], types: [] },
  strategies: { values: ['context'], types: [] },
  cachers: { values: ['context'], types: [] },
  validators: { values: ['context'], types: [] },
  registry: { values: ['strategies', 'protocol'], types: [] },
  pipeline: { values: ['context'], types: ['registry'] },
  transit: { values: ['protocol', 'serializers', 'transporters', 'context'], types: [] },
  discovery: { values: ['registry', 'transit', 'protocol'], types: [] },
  broker: { values: ['context', 'registry', 'transit', 'pipeline'], types: [] },
  decorators: { values: [], types: ['context'] },
  explorer: { values: ['decorators', 'broker', 'context', 'pipeline'], types: ['registry'] },
  module: { values: ['*'], types: [] },
  // A controller's answer is run to its end as any handler's is.
  microservices: { values: ['module', 'decorators', 'pipeline'], types: ['*'] },
  repl: { values: ['module'], types: ['*'] },
  terminus: { values: ['module'], types: ['*'] },
  testing: { values: ['module', 'transporters', 'registry'], types: ['*'] },
};

/** What a floor room may take from another: texts are the lowest, then errors. */
export const WITHIN_FLOOR = {
  messages: [],
  time: ['messages'],
  errors: ['messages'],
  options: ['messages', 'errors'],
};

/**
 * Type-only imports that the table does not have, each with its reason. They vanish when compiled, so they make
 * no load order and no cycle.
 */
export const TYPE_EXCEPTIONS = [
  { from: 'context', to: 'broker', why: 'ctx.broker, as in Moleculer, is typed by the class' },
  { from: 'registry', to: 'context', why: 'an action is registered with its handler, which takes a Context' },
  { from: 'explorer', to: 'protocol', why: 'what it announces is typed as INFO carries it' },
  { from: 'broker', to: 'protocol', why: 'what the transit hands over is a typed packet' },
  { from: 'broker', to: 'cachers', why: 'broker.cacher is public' },
];

/** Packages that only some places may import; `types`: places that may import their types. */
export const PACKAGES = [
  {
    name: '@nestjs/core',
    rooms: ['explorer', 'decorators', 'module', ...LEAVES],
    why: 'the container is known to explorer, decorators, module files and leaves alone',
  },
  {
    name: 'ioredis',
    paths: ['transporters/redis/'],
    types: ['options'],
    why: 'a driver lives in a folder of its own and is loaded on use',
  },
  { name: 'fastest-validator', rooms: ['validators'], types: ['*'], why: 'validation stays replaceable' },
  {
    name: '@nestjs/microservices',
    types: ['microservices'],
    why: 'an optional peer: the bridge loads it, and nobody else knows it',
  },
  { name: '@nestjs/terminus', types: ['terminus'], why: 'an optional peer: only its types are needed' },
  { name: 'yargs-parser', rooms: ['repl'], why: 'only the prompt reads command lines' },
  { name: 'table', rooms: ['repl'], why: 'only the prompt draws tables' },
];

/** Of `@nestjs/common`, rooms up to the broker take these values; the other rooms all of it. */
export const NEST_COMMON = {
  rooms: Object.keys(ROOMS).filter((room) => !['decorators', 'explorer', 'module', ...LEAVES].includes(room)),
  values: ['Injectable', 'Logger'],
  /** What a room takes besides. */
  besides: { validators: ['ValidationPipe'] },
};

/** The values of `@nestjs/common` that one of those rooms may import. */
export const nestCommonValues = (room) => [...NEST_COMMON.values, ...(NEST_COMMON.besides[room] ?? [])];

/** @type {(file: string) => string} the room of a file, given its path below lib/ with forward slashes */
export function roomOf(file) {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : 'module';
}

const has = (list, room) => list.includes('*') || list.includes(room);

/** Whether room `from` may import a value (or a type) of room `to`. */
export function mayImport(from, to, typeOnly) {
  if (from === to) return true;
  const rule = ROOMS[from];
  if (!rule || !ROOMS[to]) return false;
  if (typeOnly && has(rule.types, to)) return true;
  if (typeOnly && TYPE_EXCEPTIONS.some((e) => e.from === from && e.to === to)) return true;
  if (LEAVES.includes(to)) return false;
  if (FLOOR.includes(from)) return WITHIN_FLOOR[from].includes(to);
  return FLOOR.includes(to) || has(rule.values, to);
}

/** Whether a file may import a value (or a type) of a package. */
export function mayImportPackage(file, name, typeOnly) {
  const rule = PACKAGES.find((p) => p.name === name);
  if (!rule) return true;
  const room = roomOf(file);
  if (rule.rooms?.includes(room) || rule.paths?.some((path) => file.startsWith(path))) return true;
  return typeOnly && has(rule.types ?? [], room);
}
