export const linesLeftOut = (count: number) =>
  `${count} line${count === 1 ? ' was' : 's were'} left out here: other nodes caused too many in one minute`;

/** A name that other nodes chose, for a line of the log. */
export const quoted = (name: string) => `'${printable(name, 80)}'`;

/** Foreign text, cut, and without line breaks, control characters that a terminal would obey, and the like. */
export function printable(text: string, max: number): string {
  const cut = text.length > max ? `${text.slice(0, max)}…` : text;
  return cut.replace(NOT_PRINTABLE, escaped);
}

const NOT_PRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function escaped(char: string): string {
  return `\\u${(char.codePointAt(0) as number).toString(16).padStart(4, '0')}`;
}

/** `line` is what it was told. */
export const loggerFailed = (reason: string, line: string) =>
  `nestjs-moleculer: the application's logger failed (${reason}) at: ${line}`;
