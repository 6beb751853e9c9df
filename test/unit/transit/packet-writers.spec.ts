import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Context, NO_OPTIONS } from '../../../lib/context/context.js';
import { dialect4, dialect5 } from '../../../lib/protocol/dialect.js';
import type { Dictionary } from '../../../lib/protocol/packets.js';
import {
  readEvent,
  readHeartbeat,
  readInfo,
  readPing,
  readPong,
  readRequest,
  readResponse,
} from '../../../lib/protocol/read-packet.js';
import type { PacketWriter } from '../../../lib/transit/packet-writer.js';
import { TextWriter } from '../../../lib/transit/text-writer.js';
import { context, dialect, host, map, NODE, object, parse, text, value } from './packet-writers.fixture.js';

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
  ctx.happened = { name: 'e', type: 'emit', groups: null };
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
