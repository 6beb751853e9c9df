import fc from 'fast-check';
import { Context, NO_OPTIONS } from '../../../lib/context/context.js';
import type { ContextHost } from '../../../lib/context/context-host.js';
import { type Dialect, dialect4, dialect5 } from '../../../lib/protocol/dialect.js';
import type { Dictionary } from '../../../lib/protocol/packets.js';
import { JsonSerializer } from '../../../lib/serializers/json.serializer.js';
import { ObjectWriter } from '../../../lib/transit/object-writer.js';
import { TextWriter } from '../../../lib/transit/text-writer.js';

export const NODE = 'node "1"\\ä';
export const text = new TextWriter(NODE);
export const object = new ObjectWriter(NODE, new JsonSerializer());
export const host = { nodeID: NODE, newID: () => 'made', now: () => 0 } as unknown as ContextHost;

export const map = fc.oneof(fc.constant(null), fc.dictionary(fc.string(), fc.jsonValue()));
const orNull = fc.option(fc.string());
export const dialect = fc.constantFrom<Dialect>(dialect4, dialect5);
export const value = fc.oneof(fc.jsonValue(), fc.constant(undefined));

export const context = fc
  .record({
    params: fc.jsonValue(),
    id: fc.string({ minLength: 1 }),
    meta: map,
    headers: map,
    timeout: fc.oneof(fc.constant(null), fc.nat(), fc.double({ min: 0, max: 1e9, noNaN: true })),
    level: fc.integer({ min: 1, max: 1000 }),
    tracing: fc.constantFrom(null, true, false),
    parentID: orNull,
    requestID: orNull,
    caller: orNull,
    eventName: fc.string({ minLength: 1 }),
  })
  .map((given) => {
    const ctx = new Context(host, null, given.params as unknown, NO_OPTIONS);
    ctx.ownID = given.id;
    ctx.ownMeta = given.meta;
    ctx.ownHeaders = given.headers;
    ctx.ownRequestID = given.requestID;
    ctx.timeout = given.timeout;
    ctx.level = given.level;
    ctx.tracing = given.tracing;
    ctx.parentID = given.parentID;
    ctx.caller = given.caller;
    ctx.happened = { name: given.eventName, type: 'emit', groups: null };
    return ctx;
  });

export const parse = (bytes: Buffer | string) => JSON.parse(bytes.toString()) as Dictionary;
