import 'reflect-metadata';
import { isDeepStrictEqual } from 'node:util';
import { type ModuleMetadata, Logger, type Type } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import { isObservable, lastValueFrom } from 'rxjs';
import { expect } from 'vitest';
import { context, explore, type Explored, type ExploreOptions } from '../../support/explore.js';
import { begin } from './stage.js';

/** How a run ended, what it did on the way, and what was logged meanwhile. */
export interface Outcome {
  value?: unknown;
  error?: unknown;
  effects: string[];
  logs: string[];
}

export type Script = Readonly<Record<string, string>>;

/** Where a test writes down for Nest what is assumed of a handler without parameter decorators. */
export const ASSUMED = 'test:assumed-arguments';

/** Runs of Nest's own chain, wherever it was made. */
let nestRuns = 0;
const { create } = ExternalContextCreator.prototype;
ExternalContextCreator.prototype.create = function (this: ExternalContextCreator, ...args: any[]) {
  const run = create.apply(this, args as Parameters<typeof create>);
  return (...given: unknown[]) => {
    nestRuns++;
    return run(...given);
  };
} as typeof create;

/** An app whose handlers can be run by the library and by Nest's ExternalContextCreator: same class, same instances. */
export class Both {
  private readonly oracles = new Map<string, (...args: unknown[]) => Promise<unknown>>();

  constructor(private readonly explored: Explored) {}

  get app(): Explored['app'] {
    return this.explored.app;
  }

  /** Nest's own answer. */
  async nest(type: Type, method: string, params: unknown, script: Script = {}): Promise<Outcome> {
    const run = this.oracle(type, method);
    return observe(script, async () => {
      const value = await run(params, context(params));
      // A deliberate difference: an Observable that a filter returns is unwrapped here, and is not by Nest.
      return isObservable(value) ? lastValueFrom(value, { defaultValue: null }) : value;
    });
  }

  /** The library's, of the compiled handler, run as the broker runs it. */
  async ours(type: Type, method: string, params: unknown, script: Script = {}): Promise<Outcome> {
    const before = nestRuns;
    const outcome = await observe(script, () => this.explored.call(`${type.name}.${method}`, params));
    if (nestRuns !== before) throw new Error(`${type.name}.${method} was run by Nest, not compiled`);
    return outcome;
  }

  /** What differs between the two, for a message; null if nothing does. */
  async difference(
    type: Type,
    method: string,
    params: () => unknown = () => ({ n: 1 }),
    script: Script = {},
  ): Promise<{ script: Script; nest: Outcome; ours: Outcome } | null> {
    const nest = await this.nest(type, method, params(), script);
    const ours = await this.ours(type, method, params(), script);
    return isDeepStrictEqual(nest, ours) && sameKind(nest.error, ours.error) ? null : { script, nest, ours };
  }

  /** Both must do the same. Returns what they did. */
  async same(type: Type, method: string, params?: () => unknown, script?: Script): Promise<Outcome> {
    const different = await this.difference(type, method, params, script);
    if (different !== null) expect(different.ours).toStrictEqual(different.nest);
    expect(different).toBeNull();
    return this.ours(type, method, (params ?? (() => ({ n: 1 })))(), script);
  }

  private oracle(type: Type, method: string): (...args: unknown[]) => Promise<unknown> {
    const key = `${type.name}.${method}`;
    let run = this.oracles.get(key);
    if (run === undefined) {
      const instance = this.app.get<Record<string, any>>(type);
      const creator = this.app.get(ExternalContextCreator);
      run = creator.create(
        instance,
        type.prototype[method],
        method,
        Reflect.hasMetadata(ASSUMED, type, method) ? ASSUMED : '__routeArguments__',
        { exchangeKeyForValue: (type: number, key: any, args: any[]) => payload(type, key, args) } as never,
        undefined,
        undefined,
        { guards: true, interceptors: true, filters: true },
        'rpc',
      );
      this.oracles.set(key, run);
    }
    return run;
  }
}

/** As Nest's transports do: type 3 is the payload. */
const payload = (type: number, key: string | undefined, [data]: any[]): unknown =>
  type === 3 ? (key ? data?.[key] : data) : null;

export async function both(metadata: ModuleMetadata, options?: ExploreOptions): Promise<Both> {
  return new Both(await explore(metadata, options));
}

async function observe(script: Script, run: () => Promise<unknown>): Promise<Outcome> {
  const logs: string[] = [];
  const keep =
    (level: string) =>
    (message: unknown, ...rest: unknown[]) => {
      const place = String(rest.at(-1));
      // Nest's report of an error that no filter took; here the broker reports.
      if (place !== 'ExceptionsHandler') logs.push(`${level} ${place}: ${String(message)}`);
    };
  Logger.overrideLogger({ log: keep('log'), error: keep('error'), warn: keep('warn') });
  const effects = begin(script);
  try {
    return { value: await run(), effects, logs };
  } catch (error) {
    return { error, effects, logs };
  } finally {
    // What goes on in the background (pipes of other arguments, say) is part of it.
    await new Promise((resolve) => setImmediate(resolve));
    Logger.overrideLogger(false);
  }
}

/** Beyond their properties, which are compared anyway: the very class. */
const sameKind = (one: unknown, other: unknown): boolean =>
  Object.getPrototypeOf(Object(one)) === Object.getPrototypeOf(Object(other));
