import parse from 'yargs-parser';
import * as messages from '../messages/repl.messages.js';
import { typedValue } from './typed-value.js';
import { UsageError } from './usage.error.js';

/** What a line like `call math.add --a 5 --#user 7 --$timeout 3000` asks for. */
export interface TypedPayload {
  /** The words before the JSON: action, event, node ID. */
  readonly names: string[];
  readonly params: unknown;
  /** Always with `$repl: true`, by which a handler can tell who calls. */
  readonly meta: Record<string, unknown>;
  readonly options: Record<string, unknown>;
}

/** Every key is the user's own: none is read in a special way, and values are typed by `typedValue` alone. */
const CONFIGURATION = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'short-option-groups': false,
};

/**
 * Reads names, then params and meta as JSON, and flags: `--x` is a param, `--#x` meta, `--$x` an option, with dots for what is nested.
 *
 * @param wanted what the names stand for, all needed
 * @throws UsageError
 */
export function readPayload(args: readonly string[], wanted: readonly string[]): TypedPayload {
  const { _: positional, ...flags } = parse([...args], { configuration: CONFIGURATION });
  const words = positional.map(String);
  const missing = wanted[words.length];
  if (missing !== undefined) throw new UsageError(messages.missingArgument(missing));
  const names = words.slice(0, wanted.length);
  const [json, metaJson, extra] = words.slice(wanted.length);
  if (extra !== undefined) throw new UsageError(messages.unexpectedArgument(extra));
  const typed = sortFlags(flags);
  return {
    names,
    params: json === undefined ? typed.params : withFlags(readJson('params', json), typed.params),
    meta: { ...(metaJson === undefined ? {} : readMeta(metaJson)), ...typed.meta, $repl: true },
    options: typed.options,
  };
}

function sortFlags(flags: Record<string, unknown>) {
  const params: [string, unknown][] = [];
  const meta: [string, unknown][] = [];
  const options: [string, unknown][] = [];
  for (const [key, raw] of Object.entries(flags)) {
    const value = typed(raw);
    if (key.length > 1 && key.startsWith('#')) meta.push([key.slice(1), value]);
    else if (key.length > 1 && key.startsWith('$')) options.push([key.slice(1), value]);
    else params.push([key, value]);
  }
  // `fromEntries` makes own properties of any name.
  return {
    params: Object.fromEntries(params),
    meta: Object.fromEntries(meta),
    options: Object.fromEntries(options),
  };
}

/** Nested flags come as objects without a prototype. */
function typed(raw: unknown): unknown {
  if (typeof raw === 'string') return typedValue(raw);
  if (Array.isArray(raw)) return raw.map(typed);
  if (typeof raw !== 'object' || raw === null) return raw;
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, typed(value)]));
}

function readJson(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(messages.notJson(what, (error as Error).message));
  }
}

function withFlags(json: unknown, flags: Record<string, unknown>): unknown {
  if (Object.keys(flags).length === 0) return json;
  if (!isMap(json)) throw new UsageError(messages.paramsTwice);
  return { ...json, ...flags };
}

function readMeta(text: string): Record<string, unknown> {
  const meta = readJson('meta', text);
  if (!isMap(meta)) throw new UsageError(messages.metaNotObject);
  return meta;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
