import 'reflect-metadata';
import { argumentsOf, customType, PAYLOAD, readerOf } from '../decorators/argument-metadata.js';
import type { ArgumentEntries, ArgumentEntry } from '../decorators/argument-metadata.js';
import { contextFactory } from '../decorators/context.decorators.js';
import { CUSTOM_ARGUMENT, PARAMETER_TYPES, ROUTE_ARGUMENTS } from '../decorators/metadata.keys.js';
import type { Context } from '../context/context.js';
import { ServiceSchemaError } from '../errors/service.error.js';
import { doubledArgument, foreignArgument, mixedArguments } from '../messages/explorer.messages.js';
import type { HandlerTarget } from './handler-target.js';
import { argumentsHost } from './nest-class.js';

/** Takes one argument out of the context. */
export type Take = (ctx: Context) => unknown;

export const takeParams: Take = (ctx) => ctx.params;
export const takeContext: Take = (ctx) => ctx;

/** The arguments of a handler. */
export interface HandlerArguments {
  /** How to take them without Nest, by index; null if pipes, schemas or foreign decorators need Nest. */
  readonly takes: readonly Take[] | null;
  /** Where Nest reads them. */
  readonly metadataKey: string;
  /** What Nest reads there, in its order: as written down, which is from the last argument to the first. */
  readonly entries: readonly (readonly [key: string, entry: ArgumentEntry])[];
  /** Pipes bound to single arguments. */
  readonly pipes: readonly unknown[];
}

/** Of handlers without parameter decorators. A key of its own, so that HTTP and others do not see what we assume. */
const DEFAULT_ARGUMENTS = 'moleculer:default-arguments';
const DEFAULTS: ArgumentEntries = {
  [`${PAYLOAD}:0`]: { index: 0, data: undefined, pipes: [] },
  [`${customType('ctx')}:1`]: { index: 1, factory: contextFactory, data: undefined, pipes: [] },
};

/**
 * Reads and checks the parameter decorators of a method.
 *
 * @throws ServiceSchemaError some arguments decorated and others not; a decorator of HTTP
 */
export function readArguments(target: HandlerTarget): HandlerArguments {
  const { methodName } = target;
  const type = argumentsHost(target.type, methodName);
  const entries = withoutReplaced(type, methodName);
  const all = Object.entries(entries);
  if (all.length === 0) {
    // Nest runs pipes for declared arguments only: without this, global pipes would never see the params.
    Reflect.defineMetadata(DEFAULT_ARGUMENTS, DEFAULTS, type, methodName);
    return {
      takes: [takeParams, takeContext],
      metadataKey: DEFAULT_ARGUMENTS,
      entries: Object.entries(DEFAULTS),
      pipes: [],
    };
  }
  checkEntries(target, entries);
  return {
    takes: takesOf(all),
    metadataKey: ROUTE_ARGUMENTS,
    entries: all,
    pipes: all.flatMap(([, entry]) => entry.pipes ?? []),
  };
}

/** Older Nest leaves a parent's entry beside that of the override which replaces it. */
function withoutReplaced(type: Function, method: string): ArgumentEntries {
  const entries = argumentsOf(type, method);
  const parents = argumentsOf(Object.getPrototypeOf(type) as Function, method);
  const own = new Set(
    Object.entries(entries)
      .filter(([key, entry]) => entry !== parents[key])
      .map(([, entry]) => entry.index),
  );
  const kept = Object.entries(entries).filter(([key, e]) => e !== parents[key] || !own.has(e.index));
  if (kept.length === Object.keys(entries).length) return entries;
  const cleaned = Object.fromEntries(kept);
  Reflect.defineMetadata(ROUTE_ARGUMENTS, cleaned, type, method);
  return cleaned;
}

function checkEntries(target: HandlerTarget, entries: ArgumentEntries): void {
  const seen = new Set<number>();
  for (const [key, { index }] of Object.entries(entries)) {
    const type = key.slice(0, key.lastIndexOf(':'));
    if (type !== String(PAYLOAD) && !type.includes(CUSTOM_ARGUMENT)) {
      throw new ServiceSchemaError(foreignArgument(target.origin, index));
    }
    if (seen.has(index)) throw new ServiceSchemaError(doubledArgument(target.origin, index));
    seen.add(index);
  }
  const count = Math.max(argumentCount(target), ...[...seen].map((index) => index + 1));
  for (let index = 0; index < count; index++) {
    if (!seen.has(index)) throw new ServiceSchemaError(mixedArguments(target.origin, index));
  }
}

/** By the types that the compiler wrote down; `length` does not count optional arguments. */
function argumentCount({ type, method, methodName }: HandlerTarget): number {
  let prototype = type.prototype as object | null;
  while (prototype && !Object.hasOwn(prototype, methodName)) {
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  const types = (prototype && Reflect.getOwnMetadata(PARAMETER_TYPES, prototype, methodName)) as
    unknown[] | undefined;
  return types?.length ?? method.length;
}

function takesOf(entries: readonly [string, ArgumentEntry][]): Take[] | null {
  const takes: Take[] = [];
  for (const [key, entry] of entries) {
    const take = takeOf(key, entry);
    if (take === null) return null;
    takes[entry.index] = take;
  }
  return takes;
}

function takeOf(key: string, { factory, data, pipes, schema }: ArgumentEntry): Take | null {
  if ((pipes ?? []).length > 0 || schema) return null;
  if (factory === contextFactory) return takeContext;
  const read = readerOf(factory);
  if (read) {
    const name = data as string | undefined;
    return (ctx) => read(ctx, name);
  }
  if (key.includes(CUSTOM_ARGUMENT)) return null;
  if (data === undefined || data === '') return takeParams;
  return typeof data === 'string' ? (ctx) => payloadOf(data, ctx.params) : null;
}

/** The params, or one of them; as Nest's own transports do it. */
export function payloadOf(key: unknown, params: unknown): unknown {
  return key ? (params as Record<string, unknown> | null | undefined)?.[key as string] : params;
}
