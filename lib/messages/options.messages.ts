/** Texts about the options of the module: what is wrong, what is allowed, what was perhaps meant. */

export function invalidOptions(
  problems: readonly { option: string; value: string; message: string }[],
): string {
  const lines = problems.map(({ option, value, message }) => `${option || 'options'}: ${value} ${message}`);
  if (lines.length === 1) return `Invalid option of MoleculerModule: ${lines[0]}`;
  return `Invalid options of MoleculerModule:\n${lines.map((line) => `  - ${line}`).join('\n')}`;
}

export function unknownOption(
  nearest: readonly string[],
  elsewhere: readonly string[],
  allowed: readonly string[],
): string {
  return `is not an option${didYouMean(nearest.length > 0 ? nearest : elsewhere)}. Allowed here: ${allowed.join(', ')}.`;
}

export const moduleExtra = (key: string): string =>
  `is not an option; '${key}' is given to forRoot or forRootAsync itself, beside the factory, not returned by it.`;

export const notBuiltYet = (option: string, instead: string): string =>
  `is not possible: option '${option}' is not built yet in this version; remove it or set it to ${instead}.`;

export const namedPartNotBuilt = (part: string, name: string, built: readonly string[]): string =>
  `is not possible: ${part} '${name}' is not built yet in this version; use ${orList(built.map(quoted))}${orYourOwn(part)}.`;

export const unknownPart = (part: string, nearest: readonly string[], allowed: readonly string[]): string =>
  `is no known ${part}${didYouMean(nearest)}; use ${part === 'transporter' ? URL_FORM : ''}${orList(allowed.map(quoted))}${orYourOwn(part)}.`;

export const notAPart = (part: string, methods: readonly string[]): string =>
  `is no ${part}: expected a name, { type, options }, or an instance or class with ${methods.map((name) => `${name}()`).join(', ')}.`;

export const expected = (what: string): string => `is not allowed; expected ${what}.`;

export const SETTLED_BY_LIBRARY =
  'is not possible: what does not fit is always a ValidationError, with the issues in its data, and the handler always gets the output.';

export const expectedOneOf = (allowed: readonly unknown[], nearest: readonly string[] = []): string =>
  `is not allowed${didYouMean(nearest)}; expected ${orList(allowed.map((value) => JSON.stringify(value)))}.`;

/** @param likely the number to write instead of a numeric string */
export const expectedNumber = (what: string, likely: string | null): string =>
  `is not allowed; expected ${what}${likely === null ? '' : `; write it as the number ${likely}`}.`;

export const inSeconds = (value: number): string =>
  `is too much: this option is in seconds; did you mean ${value / 1000}?`;

export const timeoutNotLonger = (interval: number): string =>
  `is not allowed; heartbeatTimeout (seconds) must be more than heartbeatInterval, which is ${interval} seconds.`;

export const noSpaces = (emptyHint: string): string =>
  `is not allowed; expected a text without spaces and control characters${emptyHint}.`;

export const meaninglessOption = (option: string, instead: string): string =>
  `Option '${option}' of Moleculer has no effect here. ${instead}`;

/** How a transporter is mostly given. */
const URL_FORM = "a URL such as 'redis://localhost:6379', or ";

function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (did you mean ${orList(names.map(quoted))}?)`;
}

const quoted = (name: string): string => `'${name}'`;

const orYourOwn = (part: string): string => (part === 'discoverer' ? '' : ` or a ${part} of your own`);

function orList(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}
