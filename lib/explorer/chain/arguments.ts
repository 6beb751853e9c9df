import 'reflect-metadata';
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import type { Context } from '../../context/context.js';
import { readerOf } from '../../decorators/argument-metadata.js';
import type { ArgumentEntry } from '../../decorators/argument-metadata.js';
import { CUSTOM_ARGUMENT, PARAMETER_TYPES } from '../../decorators/metadata.keys.js';
import { payloadOf } from '../handler-arguments.js';
import { HandlerContext } from '../handler-context.js';
import type { HandlerTarget } from '../handler-target.js';
import { argumentsHost } from '../nest-class.js';
import type { NestManners } from '../nest-manners.js';

/** One argument of a handler, ready to be taken and put through its pipes. */
export interface Argument {
  readonly index: number;
  take(args: unknown[]): unknown;
  readonly pipes: readonly PipeTransform[];
  /** What pipes are told of it; a new object each time, as from Nest: a pipe may write to it. */
  describe(): ArgumentMetadata;
}

type Take = Argument['take'];

/** @param pipes of the whole handler and of this argument, in the order in which they run */
export function compileArgument(
  target: HandlerTarget,
  instance: object,
  key: string,
  entry: ArgumentEntry,
  pipes: readonly PipeTransform[],
  manners: NestManners,
): Argument {
  const custom = key.includes(CUSTOM_ARGUMENT);
  return {
    index: entry.index,
    take: custom ? takeCustom(target, instance, entry) : takePayload(entry.data),
    pipes,
    describe: describer(custom ? 'custom' : 'body', typeOf(target, instance, entry.index), entry, manners),
  };
}

function takePayload(key: unknown): Take {
  return key ? (args) => payloadOf(key, args[0]) : (args) => args[0];
}

/** Of `createParamDecorator`: each factory has an execution context to itself. */
function takeCustom({ methodName }: HandlerTarget, instance: object, { factory, data }: ArgumentEntry): Take {
  const read = readerOf(factory);
  if (read) return (args) => read(args[1] as Context, data as string | undefined);
  if (typeof factory !== 'function') return () => null;
  const method = (instance as Record<string, Function>)[methodName];
  const { constructor } = instance;
  return (args) => factory(data, new HandlerContext(args.slice(), constructor, method)) as unknown;
}

/** As the compiler wrote it down at the declaration, which may be in a class above. */
function typeOf({ type, methodName }: HandlerTarget, instance: object, index: number): unknown {
  const { prototype } = argumentsHost(type, methodName) as { prototype: object };
  const types = (Reflect.getMetadata(PARAMETER_TYPES, prototype, methodName) ??
    Reflect.getMetadata(PARAMETER_TYPES, instance, methodName)) as unknown[] | undefined;
  return types?.[index];
}

function describer(
  type: ArgumentMetadata['type'],
  metatype: unknown,
  { data, schema }: ArgumentEntry,
  { schemas }: NestManners,
): () => ArgumentMetadata {
  const described = schemas ? () => ({ metatype, type, data, schema }) : () => ({ metatype, type, data });
  return described as () => ArgumentMetadata;
}
