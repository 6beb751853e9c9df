import { styleText } from 'node:util';

type Style = 'bold' | 'dim' | 'green' | 'red';

/** Colours for people at a terminal, plain text for everything else. */
export function paint(style: Style, text: string): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text;
}

export const print = (line = ''): void => console.log(line);
