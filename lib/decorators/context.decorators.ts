import { contextArgument, customType, declareArgument } from './argument-metadata.js';
import type { ContextArgumentFactory } from './argument-metadata.js';

const context = contextArgument((ctx) => ctx);
const meta = contextArgument((ctx, key) => (key === undefined ? ctx.meta : ctx.meta[key]));
const headers = contextArgument((ctx, key) => (key === undefined ? ctx.headers : ctx.headers[key]));
const stream = contextArgument((ctx) => ctx.stream);

const custom = (name: string, factory: ContextArgumentFactory, data?: string): ParameterDecorator =>
  declareArgument(`@${name}`, customType(name.toLowerCase()), { factory, data, pipes: [] });

/**
 * The `Context` of the call or event.
 *
 * @publicApi
 */
export const Ctx = (): ParameterDecorator => custom('Ctx', context);

/**
 * The meta of the call, or one key of it.
 *
 * @publicApi
 */
export const Meta = (key?: string): ParameterDecorator => custom('Meta', meta, key);

/**
 * The headers of the call, or one of them. From nodes of protocol 4 there are none.
 *
 * @publicApi
 */
export const Headers = (key?: string): ParameterDecorator => custom('Headers', headers, key);

/**
 * The stream that came with the call, or null.
 *
 * @publicApi
 */
export const StreamBody = (): ParameterDecorator => custom('StreamBody', stream);

/** What stands for `(params, ctx)` where a handler has no parameter decorators. */
export const contextFactory = context;
