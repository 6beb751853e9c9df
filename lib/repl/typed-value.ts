/**
 * The value that a typed text stands for: JSON where it parses (`5`, `true`, `null`, `"5"`, `{"a":1}`), else the text itself. Numbers that
 * would lose digits stay text.
 */
export function typedValue(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  return typeof value === 'number' && !keepsDigits(value) ? text : value;
}

function keepsDigits(value: number): boolean {
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
}
