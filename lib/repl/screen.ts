import { inspect, styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** Where the prompt writes; colours only where they are seen. */
export class Screen {
  private readonly colours: boolean;
  private open = true;

  constructor(private readonly output: NodeJS.WritableStream) {
    const terminal = output as Partial<NodeJS.WriteStream>;
    // A terminal that knows says no under NO_COLOR.
    this.colours = terminal.isTTY === true && terminal.hasColors?.() === true;
  }

  /** A text and the end of its line. */
  print(text = ''): void {
    if (this.open) this.output.write(`${text}\n`);
  }

  /** Whatever is printed from now on is dropped: the stream is no longer ours. */
  close(): void {
    this.open = false;
  }

  paint(style: Style, text: string): string {
    return this.colours ? styleText(style, text, { validateStream: false }) : text;
  }

  /** A value as in JavaScript; deep, but not without end. */
  show(value: unknown): string {
    return inspect(value, { depth: 20, colors: this.colours });
  }
}

/** A name or line from another node must not move the cursor or change colours. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, escaped);
}

function escaped(char: string): string {
  const code = char.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
}
