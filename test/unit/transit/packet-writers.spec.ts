import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Context, NO_OPTIONS } from '../../../lib/context/context.js';
import type { ContextHost } from '../../../lib/context/context-host.js';
import { type Dialect, dialect4, dialect5 } from '../../../lib/protocol/dialect.js';
import { unpackEvent, unpackRequest, unpackResponse } from '../../../lib/protocol/bundle.js';
import type {
  Dictionary,
  EventPacket,
  RequestPacket,
  ResponsePacket,
} from '../../../lib/protocol/packets.js';
import {
  readEvent,
  readHeartbeat,
  readInfo,
  readPing,
  readPong,
  readRequest,
  readResponse,
} from '../../../lib/protocol/read-packet.js';
import { JsonSerializer } from '../../../lib/serializers/json.serializer.js';
import { BundleWriter } from '../../../lib/transit/bundle-writer.js';
import { ObjectWriter } from '../../../lib/transit/object-writer.js';
import type { PacketWriter } from '../../../lib/transit/packet-writer.js';
import { TextWriter } from '../../../lib/transit/text-writer.js';

const NODE = 'node "1"\\ä';
const text = new TextWriter(NODE);
const object = new ObjectWriter(NODE, new JsonSerializer());
const host = { nodeID: NODE, newID: () => 'made', now: () => 0 } as unknown as ContextHost;

const map = fc.oneof(fc.constant(null), fc.dictionary(fc.string(), fc.jsonValue()));
const orNull = fc.option(fc.string());
const dialect = fc.constantFrom<Dialect>(dialect4, dialect5);
const value = fc.oneof(fc.jsonValue(), fc.constant(undefined));

const context = fc
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
    ctx.eventName = given.eventName;
    return ctx;
  });

const parse = (bytes: Buffer | string) => JSON.parse(bytes.toString()) as Dictionary;
const same = (write: (writer: PacketWriter) => Buffer | string): Dictionary => {
  const packet = parse(write(text));
  expect(packet).toEqual(parse(write(object)));
  return packet;
};
/** What JSON makes of a value. */
const json = (given: unknown) => JSON.parse(JSON.stringify(given)) as unknown;

/** A map as it is read: without the key that no map may have. */
function withoutProto(map: unknown): unknown {
  return Object.fromEntries(Object.entries(map as object).filter(([key]) => key !== '__proto__'));
}

describe('both writers say the same, and it is read again', () => {
  it('of requests', () => {
    fc.assert(
      fc.property(context, dialect, fc.string({ minLength: 1 }), (ctx, dia, action) => {
        const raw = same((writer) => writer.request(dia, ctx, action));
        expect(raw).toMatchObject({ ver: dia.ver, sender: NODE, stream: false });
        expect('headers' in raw).toBe(dia.ver === '5');
        const read = readRequest(raw, dia.ver, NODE);
        expect(read).toMatchObject({
          id: ctx.id,
          action,
          level: ctx.level,
          tracing: ctx.tracing,
          caller: ctx.caller,
        });
        expect(read).toMatchObject({
          parentID: ctx.parentID,
          requestID: ctx.requestID,
          timeout: json(ctx.timeout ?? 0),
        });
        expect(read?.params).toEqual(json(ctx.params));
        expect(read?.meta).toEqual(withoutProto(json(ctx.ownMeta ?? {})));
        expect(read?.headers).toEqual(dia.ver === '4' ? null : withoutProto(json(ctx.ownHeaders ?? {})));
      }),
    );
  });

  it('of answers', () => {
    fc.assert(
      fc.property(fc.string(), map, map, value, dialect, (id, meta, headers, data, dia) => {
        const raw = same((writer) => writer.response(dia, { id, meta, headers }, data));
        expect('data' in raw).toBe(data !== undefined);
        const read = readResponse(raw, dia.ver, NODE);
        expect(read).toMatchObject({ id, success: true, stream: false });
        if (data !== undefined) expect(read?.data).toEqual(json(data));
      }),
    );
  });

  it('of failures', () => {
    const error = fc.record({
      name: fc.string(),
      message: fc.string(),
      code: fc.integer(),
      data: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.string(), map, error, dialect, (id, meta, payload, dia) => {
        const raw = same((writer) => writer.failure(dia, { id, meta, headers: null }, payload));
        expect(raw).toMatchObject({ success: false, data: null });
        expect(readResponse(raw, dia.ver, NODE)?.error).toEqual(json(payload));
      }),
    );
  });

  it('of events', () => {
    const groups = fc.oneof(fc.constant(null), fc.array(fc.string(), { minLength: 1 }));
    fc.assert(
      fc.property(context, value, groups, fc.boolean(), dialect, (ctx, data, chosen, broadcast, dia) => {
        const raw = same((writer) =>
          writer.event(dia, ctx, 'event-id', writer.prepare(data), chosen, broadcast),
        );
        expect('groups' in raw).toBe(chosen !== null);
        expect(raw['needAck']).toBeNull();
        const read = readEvent(raw, dia.ver, NODE);
        expect(read).toMatchObject({ id: 'event-id', event: ctx.eventName, groups: chosen, broadcast });
        expect(read?.data).toEqual(data === undefined ? null : json(data));
      }),
    );
  });

  it('of what nodes tell of themselves', () => {
    const text = fc.option(fc.string());
    const info = fc.record({
      services: fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
      ipList: fc.array(fc.string()),
      hostname: text,
      client: fc.record({ type: fc.string(), version: text, langVersion: text }),
      config: fc.dictionary(fc.string(), fc.jsonValue()),
      instanceID: text,
      metadata: fc.dictionary(fc.string(), fc.jsonValue()),
      seq: fc.integer(),
    });
    fc.assert(
      fc.property(info, dialect, (given, dia) => {
        const raw = same((writer) => writer.plain(dia, 'INFO', given));
        const told = json(given) as typeof given;
        expect(readInfo(raw, dia.ver, NODE)).toEqual({
          ...told,
          config: withoutProto(told.config),
          metadata: withoutProto(told.metadata),
          ver: dia.ver,
          sender: NODE,
        });
      }),
    );
  });

  it('of heartbeats, pings and pongs', () => {
    const given = fc.record({
      cpu: fc.option(fc.integer()),
      time: fc.integer(),
      id: fc.option(fc.string()),
      arrived: fc.integer(),
    });
    fc.assert(
      fc.property(given, dialect, ({ cpu, time, id, arrived }, dia) => {
        const told = { ver: dia.ver, sender: NODE };
        const sent = (type: 'HEARTBEAT' | 'PING' | 'PONG', payload: Dictionary) =>
          same((writer) => writer.plain(dia, type, payload));
        expect(readHeartbeat(sent('HEARTBEAT', { cpu }), dia.ver, NODE)).toEqual({ cpu, ...told });
        expect(readPing(sent('PING', { time, id }), dia.ver, NODE)).toEqual({ time, id, ...told });
        const pong = { time, id, arrived };
        expect(readPong(sent('PONG', pong), dia.ver, NODE)).toEqual({ ...pong, ...told });
      }),
    );
  });

  it('of the others', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), dialect, (given, dia) => {
        const payload = Object.fromEntries(
          Object.entries(given).filter(([key]) => key !== 'ver' && key !== 'sender'),
        );
        const raw = same((writer) => writer.plain(dia, 'INFO', payload));
        expect(raw).toEqual({ ...(json(payload) as object), ver: dia.ver, sender: NODE });
      }),
    );
  });
});

describe('the fields of version 4 are exactly those of 0.14', () => {
  const ctx = new Context(host, null, { a: 1 }, NO_OPTIONS);
  ctx.eventName = 'e';
  ctx.ownHeaders = { lost: true };
  const keys = (bytes: Buffer | string) => Object.keys(parse(bytes)).sort();

  it.each([text, object])('%#', (writer) => {
    expect(keys(writer.request(dialect4, ctx, 'a'))).toEqual(
      [
        'id',
        'action',
        'params',
        'meta',
        'timeout',
        'level',
        'tracing',
        'parentID',
        'requestID',
        'caller',
        'stream',
        'ver',
        'sender',
      ].sort(),
    );
    expect(keys(writer.response(dialect4, { id: 'i', meta: null, headers: { h: 1 } }, 1))).toEqual(
      ['id', 'meta', 'success', 'data', 'ver', 'sender'].sort(),
    );
    expect(keys(writer.event(dialect4, ctx, 'i', writer.prepare(1), ['g'], false))).toEqual(
      [
        ...[
          'id',
          'event',
          'data',
          'groups',
          'broadcast',
          'meta',
          'level',
          'tracing',
          'parentID',
          'requestID',
          'caller',
        ],
        ...['needAck', 'ver', 'sender'],
      ].sort(),
    );
    expect(keys(writer.plain(dialect4, 'DISCOVER', {}))).toEqual(['sender', 'ver']);
    expect(keys(writer.plain(dialect4, 'HEARTBEAT', { cpu: null }))).toEqual(['cpu', 'sender', 'ver']);
  });
});

it('the text writer does not remember names without end', () => {
  const writer = new TextWriter('n');
  const ctx = new Context(host, null, {}, NO_OPTIONS);
  for (let i = 0; i < 25_000; i++) writer.request(dialect5, ctx, `action-${i}`);
  expect((writer as unknown as { actions: Map<string, string> }).actions.size).toBeLessThanOrEqual(10_000);
});

describe('entries of a bundle say what whole packets say', () => {
  const bundled = new BundleWriter();
  const entry = (text: string) => JSON.parse(text) as unknown[];
  /** Absent and empty maps are the same to a handler, and so are a request ID that is left out and one's own ID. */
  const meaning = (packet: RequestPacket | ResponsePacket | EventPacket | null) => ({
    ...packet,
    meta: packet?.meta ?? {},
    headers: packet?.headers ?? {},
    ...(packet !== null && 'requestID' in packet && { requestID: packet.requestID ?? packet.id }),
  });

  it('of requests', () => {
    fc.assert(
      fc.property(context, dialect, fc.string({ minLength: 1 }), (ctx, dia, action) => {
        const whole = readRequest(parse(text.request(dia, ctx, action)), dia.ver, NODE);
        expect(meaning(unpackRequest(entry(bundled.request(dia, ctx, action)), dia.ver, NODE))).toEqual(
          meaning(whole),
        );
      }),
    );
  });

  it('of answers', () => {
    fc.assert(
      fc.property(dialect, fc.string(), map, map, value, (dia, id, meta, headers, data) => {
        const head = { id, meta, headers };
        const whole = readResponse(parse(text.response(dia, head, data)), dia.ver, NODE);
        expect(meaning(unpackResponse(entry(bundled.response(dia, head, data)), dia.ver, NODE))).toEqual(
          meaning(whole),
        );
        const error = { name: 'Error', message: 'm', data };
        const failed = readResponse(parse(text.failure(dia, head, error)), dia.ver, NODE);
        expect(meaning(unpackResponse(entry(bundled.failure(dia, head, error)), dia.ver, NODE))).toEqual({
          ...meaning(failed),
          data: undefined,
        });
      }),
    );
  });

  it('of events', () => {
    const groups = fc.option(fc.array(fc.string(), { minLength: 1 }));
    fc.assert(
      fc.property(context, dialect, value, groups, fc.boolean(), (ctx, dia, payload, chosen, broadcast) => {
        const data = text.prepare(payload);
        const whole = readEvent(parse(text.event(dia, ctx, 'id', data, chosen, broadcast)), dia.ver, NODE);
        const short = entry(bundled.event(dia, ctx, 'id', bundled.prepare(payload), chosen, broadcast));
        expect(meaning(unpackEvent(short, dia.ver, NODE))).toEqual(meaning(whole));
      }),
    );
  });
});
