import type { Method } from '../handler-target.js';
import type { NestManners } from '../nest-manners.js';
import type { Argument } from './arguments.js';
import { type Invoke, isThenable } from './invoke.js';

/**
 * The innermost layer: takes the arguments, puts them through their pipes and calls the method.
 *
 * Nest treats all arguments at the same time: the first pipe of each, then the second of each …; one that fails ends the call, but not
 * the pipes of the others. So it is here, without promises until a factory or pipe gives one.
 */
export function withArguments(
  instance: object,
  method: Method,
  list: readonly Argument[],
  manners: NestManners,
): Invoke {
  const count = Math.max(...list.map(({ index }) => index)) + 1;
  const call = (values: readonly unknown[]) => {
    const args = new Array<unknown>(count);
    for (let i = 0; i < list.length; i++) args[list[i].index] = values[i];
    return method.apply(instance, args);
  };
  const rounds = Math.max(...list.map(({ pipes }) => pipes.length));
  return (args) => {
    const course = new Course(list, manners);
    course.take(args);
    for (let i = 0; i < rounds && !course.waits; i++) course.pipe(i);
    const values = course.finish();
    return values instanceof Promise ? values.then(call) : call(values);
  };
}

/** The way of one call's arguments. */
class Course {
  /** Whether one of them has become a promise. */
  waits = false;
  private readonly values: unknown[];
  /** How many pipes each has been through. */
  private readonly passed: number[];
  private failed = false;
  private failure: unknown;

  constructor(
    private readonly list: readonly Argument[],
    private readonly manners: NestManners,
  ) {
    this.values = new Array<unknown>(list.length);
    this.passed = new Array<number>(list.length).fill(0);
  }

  take(args: unknown[]): void {
    for (let i = 0; i < this.list.length; i++) {
      const argument = this.list[i];
      try {
        this.set(i, argument.take(args));
      } catch (error) {
        this.fail(i, error);
      }
      // What comes out of the factory as a promise is awaited before the first pipe.
      if (this.manners.pipesAtOnce && !isThenable(this.values[i])) this.step(i, 0);
    }
  }

  /** One round: each argument goes through its pipe of that number, if it has one. */
  pipe(round: number): void {
    for (let i = 0; i < this.list.length; i++) this.step(i, round);
  }

  /** All values, at once or later. @throws what failed first */
  finish(): readonly unknown[] | Promise<readonly unknown[]> {
    const { values, waits, failed } = this;
    if (!waits && !failed) return values;
    const others = waits ? this.list.map((_, i) => this.rest(i)) : [];
    const all = Promise.all(others);
    if (!failed) return all;
    all.catch(() => undefined);
    throw this.failure;
  }

  private step(i: number, round: number): void {
    const { pipes, describe } = this.list[i];
    if (this.passed[i] !== round || round >= pipes.length) return;
    this.passed[i]++;
    try {
      this.set(i, pipes[round].transform(this.values[i], describe()));
    } catch (error) {
      this.fail(i, error);
    }
  }

  private set(i: number, value: unknown): void {
    this.values[i] = value;
    if (isThenable(value)) this.waits = true;
  }

  private fail(i: number, error: unknown): void {
    if (!this.failed) this.failure = error;
    this.failed = true;
    this.values[i] = undefined;
    this.passed[i] = Infinity;
  }

  /** What is still before an argument, at its own pace. */
  private async rest(i: number): Promise<unknown> {
    const { pipes, describe } = this.list[i];
    let value = await this.values[i];
    for (let next = this.passed[i]; next < pipes.length; next++) {
      value = await pipes[next].transform(value, describe());
    }
    return value;
  }
}
