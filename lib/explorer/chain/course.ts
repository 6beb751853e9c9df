import type { PipeTransform } from '@nestjs/common';
import type { NestManners } from '../nest-manners.js';
import type { Argument } from './arguments.js';
import { isThenable } from './invoke.js';

/**
 * The way of one call's arguments through their pipes. Nest treats them all at the same time: the first pipe of each, then the second of
 * each …; one that fails ends the call, but not the pipes of the others.
 */
export class Course {
  /** Whether all went at once so far: no promise, no error. */
  smooth = true;
  readonly values: unknown[];
  /** How many pipes each has been through. */
  private readonly passed: number[];
  private failures: (Failure | undefined)[] | null = null;

  constructor(
    private readonly list: readonly Argument[],
    private readonly manners: NestManners,
  ) {
    this.values = new Array<unknown>(list.length);
    this.passed = new Array<number>(list.length).fill(0);
  }

  take(args: unknown[]): void {
    for (let i = 0; i < this.list.length; i++) {
      try {
        this.set(i, this.list[i].take(args));
      } catch (error) {
        this.fail(i, error, false);
        continue;
      }
      // What comes out of a factory as a promise is awaited before its first pipe.
      if (this.manners.pipesAtOnce && !isThenable(this.values[i])) this.step(i, 0);
    }
  }

  /** One round: each argument goes through its pipe of that number, if it has one. */
  pipe(round: number): void {
    for (let i = 0; i < this.list.length; i++) this.step(i, round);
  }

  /**
   * What is still before the arguments, each at its own pace. As many awaits as in Nest, so that of several errors the same one is first,
   * and what goes on behind it does so in the same order.
   */
  async rest(): Promise<unknown[]> {
    return await Promise.all(this.list.map((_, i) => this.resolve(i)));
  }

  private step(i: number, round: number): void {
    const { pipes, describe } = this.list[i];
    if (this.passed[i] !== round || round >= pipes.length || this.failures?.[i] !== undefined) return;
    this.passed[i]++;
    try {
      this.set(i, pipes[round].transform(this.values[i], describe()));
    } catch (error) {
      this.fail(i, error, true);
    }
  }

  private set(i: number, value: unknown): void {
    this.values[i] = value;
    if (isThenable(value)) this.smooth = false;
  }

  private fail(i: number, error: unknown, inPipe: boolean): void {
    this.smooth = false;
    (this.failures ??= [])[i] = { error, inPipe };
  }

  private async resolve(i: number): Promise<unknown> {
    const failure = this.failures?.[i];
    if (failure !== undefined && !failure.inPipe) throw failure.error;
    return await this.value(i);
  }

  private async value(i: number): Promise<unknown> {
    return this.list[i].pipes.length === 0 ? this.values[i] : this.piped(i);
  }

  private async piped(i: number): Promise<unknown> {
    return this.manners.pipesAtOnce ? this.inLoop(i) : this.inChain(i);
  }

  private async inLoop(i: number): Promise<unknown> {
    const { pipes, describe } = this.list[i];
    let value = await this.reached(i);
    for (let next = this.passed[i]; next < pipes.length; next++) {
      value = await pipes[next].transform(value, describe());
    }
    return value;
  }

  /** As Nest 11 does it. */
  private async inChain(i: number): Promise<unknown> {
    const { pipes, describe } = this.list[i];
    const start = async () => this.reached(i);
    const next = async (before: unknown, pipe: PipeTransform) =>
      pipe.transform(await before, describe()) as unknown;
    return pipes.slice(this.passed[i]).reduce<unknown>(next, this.passed[i] === 0 ? this.values[i] : start());
  }

  private reached(i: number): unknown {
    const failure = this.failures?.[i];
    if (failure !== undefined) throw failure.error;
    return this.values[i];
  }
}

interface Failure {
  readonly error: unknown;
  readonly inPipe: boolean;
}
