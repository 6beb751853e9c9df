import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readEvent,
  readHeartbeat,
  readInfo,
  readPing,
  readPong,
  readRequest,
  readResponse,
} from '../../../lib/protocol/read-packet.js';

const request = (fields: object) => readRequest({ id: 'i', action: 'a.b', ...fields }, '5', 'peer');
const event = (fields: object) => readEvent({ event: 'e', ...fields }, '5', 'peer');

describe('a request', () => {
  it('needs no more than id and action', () => {
    expect(request({})).toEqual({
      id: 'i',
      action: 'a.b',
      params: undefined,
      meta: null,
      headers: null,
      timeout: null,
      level: 1,
      tracing: null,
      parentID: null,
      requestID: null,
      caller: null,
      stream: false,
      ver: '5',
      sender: 'peer',
    });
  });

  it.each([{ action: 'a' }, { id: 'i' }, { id: 1, action: 'a' }, { id: 'i', action: null }, {}])(
    'without usable id and action is none: %j',
    (raw) => expect(readRequest(raw, '4', 'peer')).toBeNull(),
  );

  it('keeps fractions and 0 as timeout; what is no duration says nothing', () => {
    expect(request({ timeout: 799.278 })?.timeout).toBe(799.278);
    expect(request({ timeout: 0 })?.timeout).toBe(0);
    for (const timeout of [-1, '5', null, Infinity, NaN, {}])
      expect(request({ timeout })?.timeout).toBeNull();
  });

  it('takes meta as a map or as the JSON text of one, as tiny-moleculer-py sends it', () => {
    expect(request({ meta: '{"a":1}' })?.meta).toEqual({ a: 1 });
    for (const meta of ['[1]', 'no json', 5, [1], true]) expect(request({ meta })?.meta).toBeNull();
  });

  it('loses an own key __proto__ of meta and headers, so that copying them changes no prototype', () => {
    const raw = JSON.parse(
      '{"meta":{"a":1,"__proto__":{"admin":true}},"headers":{"__proto__":{"x":1}}}',
    ) as object;
    const packet = request(raw);
    expect(Object.assign({}, packet?.meta)).not.toHaveProperty('admin');
    expect(Object.keys(packet?.meta ?? {})).toEqual(['a']);
    expect(Object.keys(packet?.headers ?? {})).toEqual([]);
    expect(Object.keys(request({ meta: '{"__proto__":{"admin":true}}' })?.meta ?? {})).toEqual([]);
  });

  it('is a stream only if it says true: 0.14 sends null or falsy params in that field', () => {
    for (const stream of [null, 0, '', 'true', 1, {}]) expect(request({ stream })?.stream).toBe(false);
    expect(request({ stream: true })?.stream).toBe(true);
  });
});

it('headers and meta may be null or absent: 0.15 says null where a request reached no action', () => {
  for (const fields of [{}, { headers: null, meta: null }, { headers: 5, meta: [] }]) {
    const response = readResponse({ id: 'i', success: false, ...fields }, '5', 'peer');
    for (const packet of [request(fields), event(fields), response]) {
      expect(packet).toMatchObject({ headers: null, meta: null });
    }
  }
});

describe('the place in a stream', () => {
  const response = (fields: object) => readResponse({ id: 'i', success: true, ...fields }, '5', 'peer');

  it('tells the end of one from an ordinary packet', () => {
    for (const read of [request, response]) {
      expect(read({ stream: true, seq: 0 })).toMatchObject({ stream: true, seq: 0 });
      expect(read({ stream: false, seq: 3 })).toMatchObject({ stream: false, seq: 3 });
    }
  });

  it('is no field of what is in none; tiny-moleculer-py says null there', () => {
    for (const read of [request, response]) {
      for (const seq of [undefined, null, '1', NaN, {}]) expect(read({ seq })).not.toHaveProperty('seq');
    }
  });
});

describe('an event', () => {
  it('is for all groups where none are named, whichever way that is said', () => {
    for (const groups of [undefined, null, [], 'mail', {}, [1, null]])
      expect(event({ groups })?.groups).toBeNull();
    expect(event({ groups: ['a', 1, 'b'] })?.groups).toEqual(['a', 'b']);
  });

  it('is balanced unless it says it is a broadcast', () => {
    expect(event({})?.broadcast).toBe(false);
    expect(event({ broadcast: 1 })?.broadcast).toBe(false);
    expect(event({ broadcast: true })?.broadcast).toBe(true);
  });

  it('without a name is none', () => expect(readEvent({ data: 1 }, '5', 'peer')).toBeNull());
});

describe('other packets', () => {
  it('INFO needs nothing, and what is missing has a default', () => {
    expect(readInfo({}, '4', 'peer')).toEqual({
      services: [],
      ipList: [],
      hostname: null,
      client: { type: 'unknown', version: null, langVersion: null },
      config: {},
      instanceID: null,
      metadata: {},
      seq: 1,
      ver: '4',
      sender: 'peer',
    });
  });

  it('a response without an id is none; an error may be text', () => {
    expect(readResponse({ success: true }, '5', 'p')).toBeNull();
    expect(readResponse({ id: 'i', success: false, error: 'text' }, '5', 'p')?.error).toBe('text');
    expect(readResponse({ id: 'i', success: 'yes' }, '5', 'p')?.success).toBe(false);
  });

  it('a ping may have no id, as those of 0.13', () => {
    expect(readPing({ time: 5 }, '4', 'p')).toEqual({ time: 5, id: null, ver: '4', sender: 'p' });
    expect(readPong({}, '4', 'p')).toEqual({ time: 0, id: null, arrived: 0, ver: '4', sender: 'p' });
  });

  it('a heartbeat may know no CPU', () => {
    for (const cpu of [null, undefined, 'x', NaN]) expect(readHeartbeat({ cpu }, '5', 'p').cpu).toBeNull();
  });
});

describe('whatever comes', () => {
  const readers = [readRequest, readResponse, readEvent, readInfo, readHeartbeat, readPing, readPong];
  const fields = [
    ...[
      'id',
      'action',
      'event',
      'params',
      'data',
      'meta',
      'headers',
      'timeout',
      'level',
      'tracing',
      'parentID',
    ],
    ...['requestID', 'caller', 'stream', 'success', 'error', 'groups', 'broadcast', 'cpu', 'time', 'arrived'],
    ...[
      'services',
      'ipList',
      'hostname',
      'client',
      'config',
      'instanceID',
      'metadata',
      'seq',
      'ver',
      'sender',
    ],
  ];
  const packet = fc.dictionary(fc.constantFrom(...fields), fc.oneof(fc.jsonValue(), fc.anything()));

  it('is read without throwing', () => {
    fc.assert(
      fc.property(packet, fc.constantFrom<'4' | '5'>('4', '5'), (raw, ver) => {
        for (const read of readers) read(raw, ver, 'peer');
      }),
    );
  });

  it('gives fields of the types they are said to have', () => {
    fc.assert(
      fc.property(packet, (raw) => {
        const read = request({ ...raw, id: 'i', action: 'a' });
        expect(read).not.toBeNull();
        if (read === null) return;
        expect(read.meta === null || (typeof read.meta === 'object' && !Array.isArray(read.meta))).toBe(true);
        expect(read.timeout === null || read.timeout >= 0).toBe(true);
        expect(read.level).toBeGreaterThanOrEqual(1);
        for (const text of [read.parentID, read.requestID, read.caller])
          expect(text === null || typeof text === 'string').toBe(true);
        const told = readInfo(raw, '5', 'peer');
        expect(Array.isArray(told.services)).toBe(true);
        expect(told.ipList.every((ip) => typeof ip === 'string')).toBe(true);
        expect(Number.isFinite(told.seq)).toBe(true);
      }),
    );
  });
});
