import parse from 'yargs-parser';
import * as messages from '../messages/repl.messages.js';
import type { CommandFlag } from './command.js';
import { nameFilter } from './name-filter.js';
import { UsageError } from './usage.error.js';

export interface ListOptions {
  readonly all: boolean;
  readonly details: boolean;
  readonly local: boolean;
  readonly skipInternal: boolean;
  matches(name: string): boolean;
}

export type ListFlag = 'all' | 'details' | 'filter' | 'local' | 'skipinternal';

const TEXTS: Record<ListFlag, (things: string) => string> = {
  all: (things) => `list all (offline) ${things}`,
  details: () => 'print endpoints',
  filter: (things) => `filter ${things} (e.g.: 'users.*')`,
  skipinternal: (things) => `skip internal ${things}`,
  local: (things) => `only local ${things}`,
};

const short = (flag: ListFlag) => (flag === 'skipinternal' ? 'i' : flag.charAt(0));

/** @param things what is listed, in the plural */
export function listFlags(things: string, flags: readonly ListFlag[]): CommandFlag[] {
  return flags.map((flag) => ({
    form: `-${short(flag)}, --${flag}${flag === 'filter' ? ' <match>' : ''}`,
    text: TEXTS[flag](things),
  }));
}

/** @throws UsageError for what the command does not know */
export function readListOptions(args: readonly string[], flags: readonly ListFlag[]): ListOptions {
  const { _: words, ...given } = parse([...args], {
    boolean: flags.filter((flag) => flag !== 'filter'),
    string: ['filter'],
    alias: Object.fromEntries(flags.map((flag) => [flag, short(flag)])),
    configuration: { 'strip-aliased': true, 'camel-case-expansion': false, 'boolean-negation': false },
  });
  if (words[0] !== undefined) throw new UsageError(messages.unexpectedArgument(String(words[0])));
  const unknown = Object.keys(given).find((key) => !(flags as readonly string[]).includes(key));
  if (unknown !== undefined)
    throw new UsageError(messages.unknownFlag((unknown.length > 1 ? '--' : '-') + unknown));
  const on = (flag: ListFlag) => given[flag] === true;
  return {
    all: on('all'),
    details: on('details'),
    local: on('local'),
    skipInternal: on('skipinternal'),
    matches: nameFilter(readFilter(given['filter'])),
  };
}

function readFilter(value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value !== 'string' || value === '') throw new UsageError(messages.flagNeedsValue('--filter'));
  return value;
}

export const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
