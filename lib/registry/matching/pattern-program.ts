/**
 * A pattern as a list of instructions for a machine that follows all possibilities at once, so that a text is read once from left to
 * right: no pattern, however it is made, costs more than its length times that of the text.
 */

export type CodeUnitTest = (unit: number) => boolean;

/** What a `Uint32Array` can hold. */
const MAX_ROUND = 0xffffffff;

export type Assertion = 'start' | 'end' | 'boundary' | 'inside';

export type Instruction =
  | { readonly op: 'unit'; readonly test: CodeUnitTest }
  | { readonly op: 'split'; a: number; b: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'assert'; readonly kind: Assertion }
  | { readonly op: 'accept' };

/** Runs a program; made once for a pattern, so that a name costs no memory. */
export class PatternMachine {
  private current: Threads;
  private next: Threads;

  constructor(private readonly program: readonly Instruction[]) {
    this.current = new Threads(program);
    this.next = new Threads(program);
  }

  /** Whether the program accepts some part of the text, as `RegExp.prototype.test` without flags. */
  accepts(text: string): boolean {
    this.current.clear();
    for (let at = 0; at <= text.length; at++) {
      const { current, next } = this;
      current.add(0, text, at);
      if (current.accepted) return true;
      if (at === text.length) return false;
      next.clear();
      current.read(text.charCodeAt(at), next, text, at + 1);
      if (next.accepted) return true;
      this.current = next;
      this.next = current;
    }
    return false;
  }
}

/** The instructions the machine stands at before one code unit, each once. */
class Threads {
  accepted = false;
  private readonly waiting: Int32Array;
  private waitingCount = 0;
  /** The round in which each instruction was last visited. */
  private readonly visited: Uint32Array;
  private round = 0;
  private readonly open: number[] = [];

  constructor(private readonly program: readonly Instruction[]) {
    this.waiting = new Int32Array(program.length);
    this.visited = new Uint32Array(program.length);
  }

  clear(): void {
    this.waitingCount = 0;
    this.accepted = false;
    if (++this.round <= MAX_ROUND) return;
    this.visited.fill(0);
    this.round = 1;
  }

  /** Follows everything that reads nothing; with a list of its own, as patterns may be nested deeper than the stack. */
  add(start: number, text: string, at: number): void {
    this.open.push(start);
    for (let pc = this.open.pop(); pc !== undefined; pc = this.open.pop()) {
      if (this.visited[pc] === this.round) continue;
      this.visited[pc] = this.round;
      this.follow(pc, text, at);
    }
  }

  /** Those that take the code unit stand behind it in `next`. */
  read(unit: number, next: Threads, text: string, at: number): void {
    for (let i = 0; i < this.waitingCount; i++) {
      const pc = this.waiting[i];
      if ((this.program[pc] as { test: CodeUnitTest }).test(unit)) next.add(pc + 1, text, at);
    }
  }

  private follow(pc: number, text: string, at: number): void {
    const step = this.program[pc];
    if (step.op === 'unit') this.waiting[this.waitingCount++] = pc;
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
