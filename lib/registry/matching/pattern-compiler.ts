import type { Instruction } from './pattern-program.js';
import { PatternSyntaxError } from './pattern-reader.js';
import { parsePattern, type PatternNode } from './pattern-syntax.js';

/** Longer patterns are refused. */
const MAX_LENGTH = 10_000;
/** So are programs that are much longer than their pattern: `{1000}` within `{1000}` would fill the memory. */
const STEPS_PER_CHARACTER = 4;
const STEPS_FOR_NOTHING = 64;

/**
 * Turns the source of a regular expression into a program.
 *
 * @throws PatternSyntaxError if it is not valid or too big
 */
export function compilePattern(source: string): readonly Instruction[] {
  if (source.length > MAX_LENGTH) throw new PatternSyntaxError('too long');
  const compiler = new Compiler(STEPS_FOR_NOTHING + STEPS_PER_CHARACTER * source.length);
  compiler.add(parsePattern(source));
  compiler.program.push({ op: 'accept' });
  return compiler.program;
}

class Compiler {
  readonly program: Instruction[] = [];
  private steps = 0;

  constructor(private readonly maxSteps: number) {}

  add(node: PatternNode): void {
    this.steps += node.kind === 'unit' ? (node.size ?? 1) : 1;
    if (this.steps > this.maxSteps) throw new PatternSyntaxError('too big');
    if (node.kind === 'unit') this.program.push({ op: 'unit', test: node.test });
    else if (node.kind === 'assert') this.program.push({ op: 'assert', kind: node.assertion });
    else if (node.kind === 'sequence') for (const part of node.parts) this.add(part);
    else if (node.kind === 'choice') this.addChoice(node.options);
    else this.addRepeat(node.part, node.min, node.max);
  }

  private addChoice(options: readonly PatternNode[]): void {
    const exits: { to: number }[] = [];
    options.forEach((option, index) => {
      if (index === options.length - 1) return this.add(option);
      const split = this.split();
      this.add(option);
      const exit = { op: 'jump' as const, to: 0 };
      this.program.push(exit);
      exits.push(exit);
      split.b = this.program.length;
    });
    for (const exit of exits) exit.to = this.program.length;
  }

  private addRepeat(part: PatternNode, min: number, max: number): void {
    for (let i = 0; i < min; i++) this.add(part);
    if (max === Infinity) {
      const start = this.program.length;
      const split = this.split();
      this.add(part);
      this.program.push({ op: 'jump', to: start });
      split.b = this.program.length;
      return;
    }
    const splits: { b: number }[] = [];
    for (let i = min; i < max; i++) {
      splits.push(this.split());
      this.add(part);
    }
    for (const split of splits) split.b = this.program.length;
  }

  /** Goes on at the next instruction or at `b`, which is set when known. */
  private split(): { b: number } {
    const split = { op: 'split' as const, a: this.program.length + 1, b: 0 };
    this.program.push(split);
    return split;
  }
}
