import { quote } from '../protocol/quote.js';

export function orNull(text: string | null): string {
  return text === null ? 'null' : quote(text);
}

/** JSON leaves out what it cannot express; where a value must stand, null stands for it. */
export function valueText(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? 'null' : text;
}
