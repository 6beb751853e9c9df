import 'reflect-metadata';
import type { ExecutionContext, PipeTransform, Type } from '@nestjs/common';
import type { Context } from '../context/context.js';
import { ServiceSchemaError } from '../errors/service.error.js';
import { argumentOutsideMethod } from '../messages/explorer.messages.js';
import { CUSTOM_ARGUMENT, ROUTE_ARGUMENTS } from './metadata.keys.js';

/** Nest's number of the payload; `@Body()` of HTTP has the same. Pipes see it as `'body'`, so `ValidationPipe` validates it. */
export const PAYLOAD = 3;

export type Pipe = Type<PipeTransform> | PipeTransform;

/** One decorated argument as Nest keeps it. */
export interface ArgumentEntry {
  readonly index: number;
  readonly data?: unknown;
  readonly pipes: readonly unknown[];
  readonly factory?: unknown;
  readonly schema?: unknown;
}

/** Key → entry; the key is `type:index`. */
export type ArgumentEntries = Readonly<Record<string, ArgumentEntry>>;

/** Takes an argument out of the context, without Nest. */
export type ContextReader = (ctx: Context, key: string | undefined) => unknown;

/** What Nest calls for a custom argument; ours carry the reader, so that a handler without enhancers can do without Nest. */
export interface ContextArgumentFactory {
  (key: unknown, host: ExecutionContext): unknown;
  readonly read: ContextReader;
}

export function contextArgument(read: ContextReader): ContextArgumentFactory {
  const factory = (key: unknown, host: ExecutionContext): unknown =>
    read(host.getArgByIndex<Context>(1), key as string | undefined);
  return Object.assign(factory, { read });
}

/** The reader of one of our own arguments; undefined for others. */
export const readerOf = (factory: unknown): ContextReader | undefined =>
  (factory as Partial<ContextArgumentFactory> | undefined)?.read;

/** Type of a custom argument: pipes see `'custom'`, and a global ValidationPipe leaves it alone. */
export const customType = (name: string): string => `moleculer_${name}${CUSTOM_ARGUMENT}`;

/** Notes a decorated argument where Nest looks for it. */
export function declareArgument(
  decorator: string,
  type: string | number,
  entry: Omit<ArgumentEntry, 'index'>,
): ParameterDecorator {
  return (target, method, index) => {
    if (method === undefined || typeof target === 'function') {
      const name = typeof target === 'function' ? target.name : target.constructor.name;
      throw new ServiceSchemaError(argumentOutsideMethod(decorator, name));
    }
    const others = withoutInherited(target.constructor, method, index);
    const entries = { ...others, [`${type}:${index}`]: { index, ...entry } };
    Reflect.defineMetadata(ROUTE_ARGUMENTS, entries, target.constructor, method);
  };
}

/** The entries so far, less what a parent's method says of the same argument: an override's decorator replaces it. */
function withoutInherited(type: Function, method: string | symbol, index: number): ArgumentEntries {
  const known = argumentsOf(type, method);
  const parents = argumentsOf(Object.getPrototypeOf(type) as Function, method);
  return Object.fromEntries(
    Object.entries(known).filter(([key, entry]) => entry.index !== index || entry !== parents[key]),
  );
}

/** The decorated arguments of a method; inherited with the method's name. */
export const argumentsOf = (type: Function, method: string | symbol): ArgumentEntries =>
  (Reflect.getMetadata(ROUTE_ARGUMENTS, type, method) as ArgumentEntries | undefined) ?? {};
