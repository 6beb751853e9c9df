import 'reflect-metadata';
import { ApplicationConfig } from '@nestjs/core';
import { customType } from '../decorators/argument-metadata.js';
import { FILTERS, ROUTE_ARGUMENTS } from '../decorators/metadata.keys.js';
import { CONTEXT_TYPE } from './handler-context.js';
import type { HostModule } from './handler-target.js';
import { nestCreator } from './nest-creator.js';

/** What the versions of Nest do differently, and a handler can notice. */
export interface NestManners {
  /** The first pipe runs as soon as its argument is taken; else when all are. */
  readonly pipesAtOnce: boolean;
  /** Pipes are told the schema of their argument. */
  readonly schemas: boolean;
  /** What a filter returns is the answer unless it is undefined; else unless it is falsy. */
  readonly falsyAnswers: boolean;
}

/** Asks the Nest that is installed: it runs a handler with one pipe and one filter, and is looked at. */
export async function askNest(): Promise<NestManners> {
  const seen: object[] = [];
  const pipe = { transform: (_: unknown, metadata: object) => seen.push(metadata) };
  class Probe {
    go(): never {
      // No Error: Nest would log it.
      throw undefined;
    }
  }
  const argument = { index: 0, factory: () => 0, pipes: [pipe] };
  Reflect.defineMetadata(ROUTE_ARGUMENTS, { [`${customType('probe')}:0`]: argument }, Probe, 'go');
  Reflect.defineMetadata(FILTERS, [{ catch: () => 0 }], Probe.prototype.go);
  const host = { injectables: new Map(), providers: new Map() } as unknown as HostModule;
  const run = nestCreator(host, new ApplicationConfig(), new Map()).create(
    new Probe() as unknown as Record<string, unknown>,
    Probe.prototype.go,
    'go',
    ROUTE_ARGUMENTS,
    { exchangeKeyForValue: () => null } as never,
    undefined,
    undefined,
    { guards: false, interceptors: false, filters: true },
    CONTEXT_TYPE,
  ) as () => Promise<unknown>;
  const answer = run();
  const pipesAtOnce = seen.length > 0;
  const falsyAnswers = await answer.then(
    () => true,
    () => false,
  );
  return { pipesAtOnce, falsyAnswers, schemas: 'schema' in seen[0] };
}
