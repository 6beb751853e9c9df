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
  /** By index of the argument; to be used as long as all went smoothly. */
  readonly values: unknown[];
  private rounds = 0;
  /** Those that came as promises: no pipe has seen them yet. */
  private held: boolean[] | null = null;
  private failures: (Failure | undefined)[] | null = null;

  constructor(
    private readonly list: readonly Argument[],
    private readonly manners: NestManners,
  ) {
    this.values = new Array<unknown>(list.length);
  }

  take(args: unknown[]): void {
    const { pipesAtOnce } = this.manners;
    for (let i = 0; i < this.list.length; i++) {
      const argument = this.list[i];
      try {
        const value = argument.take(args);
        this.values[argument.index] = value;
        if (isThenable(value)) this.hold(i);
        else if (pipesAtOnce) this.step(i, argument, 0);
      } catch (error) {
        this.fail(i, error, false);
      }
    }
    if (pipesAtOnce) this.rounds = 1;
  }

  /** One round: each argument goes through its next pipe, if it has one. */
  pipe(): void {
    for (let i = 0; i < this.list.length; i++) this.step(i, this.list[i], this.rounds);
    this.rounds++;
  }

  /**
   * What is still before the arguments, each at its own pace. As many awaits as in Nest, so that of several errors the same one is first,
   * and what goes on behind it does so in the same order.
   */
  async rest(): Promise<unknown[]> {
    const values = await Promise.all(this.list.map((_, i) => this.resolve(i)));
    values.forEach((value, i) => (this.values[this.list[i].index] = value));
    return this.values;
  }

  private step(i: number, { index, pipes, describe }: Argument, round: number): void {
    if (round >= pipes.length) return;
    try {
      const value: unknown = pipes[round].transform(this.values[index], describe());
      this.values[index] = value;
      if (isThenable(value)) this.smooth = false;
    } catch (error) {
      this.fail(i, error, true);
    }
  }

  /** What comes out of a factory as a promise is awaited before its first pipe. */
  private hold(i: number): void {
    this.smooth = false;
    (this.held ??= [])[i] = true;
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
    const { index, pipes } = this.list[i];
    return pipes.length === 0 ? this.values[index] : this.piped(i);
  }

  private async piped(i: number): Promise<unknown> {
    return this.manners.pipesAtOnce ? this.inLoop(i) : this.inChain(i);
  }

  private async inLoop(i: number): Promise<unknown> {
    const { pipes, describe } = this.list[i];
    let value = await this.reached(i);
    for (let next = this.passed(i); next < pipes.length; next++) {
      value = await pipes[next].transform(value, describe());
    }
    return value;
  }

  /** As Nest 11 does it. */
  private async inChain(i: number): Promise<unknown> {
    const { index, pipes, describe } = this.list[i];
    const start = async () => this.reached(i);
    const next = async (before: unknown, pipe: PipeTransform) =>
      pipe.transform(await before, describe()) as unknown;
    const passed = this.passed(i);
    return pipes.slice(passed).reduce<unknown>(next, passed === 0 ? this.values[index] : start());
  }

  private reached(i: number): unknown {
    const failure = this.failures?.[i];
    if (failure !== undefined) throw failure.error;
    return this.values[this.list[i].index];
  }

  /** Pipes that are behind an argument. */
  private passed(i: number): number {
    return this.held?.[i] ? 0 : this.rounds;
  }
}

interface Failure {
  readonly error: unknown;
  readonly inPipe: boolean;
}
