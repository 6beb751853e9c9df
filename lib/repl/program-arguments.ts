import parse from 'yargs-parser';
import * as messages from '../messages/repl.messages.js';
import { nearestNames } from '../options/rules/did-you-mean.js';
import { UsageError } from './usage.error.js';

export interface ProgramArguments {
  readonly transporter: string;
  readonly namespace: string | undefined;
  readonly nodeID: string | undefined;
  readonly historyPath: string | undefined;
}

const TEXTS = ['ns', 'id', 'history'] as const;
const SWITCHES = ['help', 'version'] as const;
const FLAGS: readonly string[] = [...TEXTS, ...SWITCHES];

/**
 * What the program `nestjs-moleculer` was told to do.
 *
 * @param transporter of the environment, if there is one
 * @throws UsageError
 */
export function readProgramArguments(
  args: readonly string[],
  transporter: string | undefined,
): ProgramArguments | 'help' | 'version' {
  const { _: words, ...given } = parse([...args], {
    boolean: [...SWITCHES],
    string: [...TEXTS, '_'],
    alias: { help: 'h', version: 'v' },
    configuration: {
      'strip-aliased': true,
      'camel-case-expansion': false,
      'boolean-negation': false,
      'dot-notation': false,
    },
  });
  if (given['help'] === true) return 'help';
  if (given['version'] === true) return 'version';
  refuseUnknown(Object.keys(given));
  const text = (flag: (typeof TEXTS)[number]) => readText(`--${flag}`, given[flag]);
  const [target = transporter, surplus] = words.map(String);
  if (surplus !== undefined) throw new UsageError(messages.unexpectedArgument(surplus));
  if (target === undefined || target.trim() === '') throw new UsageError(messages.missingTransporter);
  return { transporter: target, namespace: text('ns'), nodeID: text('id'), historyPath: text('history') };
}

function refuseUnknown(given: readonly string[]): void {
  const unknown = given.find((flag) => !FLAGS.includes(flag));
  if (unknown === undefined) return;
  const dashed = (flag: string) => (flag.length > 1 ? '--' : '-') + flag;
  const near = unknown.length > 1 ? nearestNames(unknown, FLAGS) : [];
  throw new UsageError(messages.unknownProgramFlag(dashed(unknown), near.map(dashed)));
}

function readText(flag: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) throw new UsageError(messages.twiceGiven(flag));
  if (typeof value !== 'string' || value === '') throw new UsageError(messages.flagNeedsValue(flag));
  return value;
}
