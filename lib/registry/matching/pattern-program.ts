/**
 * A pattern as a list of instructions for a machine that follows all possibilities at once, so that a text is read once from left to
 * right: no pattern, however it is made, costs more than its length times that of the text.
 */

export type CodeUnitTest = (unit: number) => boolean;

export type Assertion = 'start' | 'end' | 'boundary' | 'inside';

export type Instruction =
  | { readonly op: 'unit'; readonly test: CodeUnitTest }
  | { readonly op: 'split'; a: number; b: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'assert'; readonly kind: Assertion }
  | { readonly op: 'accept' };

/** Whether the program accepts some part of the text, as `RegExp.prototype.test` without flags. */
export function runProgram(program: readonly Instruction[], text: string): boolean {
  let current = new Threads(program);
  let next = new Threads(program);
  for (let at = 0; at <= text.length; at++) {
    current.add(0, text, at);
    if (current.accepted) return true;
    if (at === text.length) return false;
    const unit = text.charCodeAt(at);
    next.clear();
    for (const pc of current.waiting) {
      if ((program[pc] as { test: CodeUnitTest }).test(unit)) next.add(pc + 1, text, at + 1);
    }
    [current, next] = [next, current];
    if (current.accepted) return true;
  }
  return false;
}

/** The instructions the machine stands at before one code unit, each once. */
class Threads {
  readonly waiting: number[] = [];
  accepted = false;
  private readonly visited = new Set<number>();
  private readonly open: number[] = [];

  constructor(private readonly program: readonly Instruction[]) {}

  clear(): void {
    this.waiting.length = 0;
    this.visited.clear();
    this.accepted = false;
  }

  /** Follows everything that reads nothing; with a list of its own, as patterns may be nested deeper than the stack. */
  add(start: number, text: string, at: number): void {
    this.open.push(start);
    for (let pc = this.open.pop(); pc !== undefined; pc = this.open.pop()) {
      if (this.visited.has(pc)) continue;
      this.visited.add(pc);
      this.follow(pc, text, at);
    }
  }

  private follow(pc: number, text: string, at: number): void {
    const step = this.program[pc];
    if (step.op === 'unit') this.waiting.push(pc);
    else if (step.op === 'accept') this.accepted = true;
    else if (step.op === 'jump') this.open.push(step.to);
    else if (step.op === 'split') this.open.push(step.b, step.a);
    else if (holds(step.kind, text, at)) this.open.push(pc + 1);
  }
}

function holds(kind: Assertion, text: string, at: number): boolean {
  if (kind === 'start') return at === 0;
  if (kind === 'end') return at === text.length;
  const boundary = isWordAt(text, at - 1) !== isWordAt(text, at);
  return kind === 'boundary' ? boundary : !boundary;
}

function isWordAt(text: string, at: number): boolean {
  return at >= 0 && at < text.length && isWordUnit(text.charCodeAt(at));
}

/** What `\w` means. */
export function isWordUnit(unit: number): boolean {
  return (
    (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || unit === 95 || (unit >= 97 && unit <= 122)
  );
}
