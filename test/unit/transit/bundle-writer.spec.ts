import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unpackEvent, unpackRequest, unpackResponse } from '../../../lib/protocol/bundle.js';
import type { EventPacket, RequestPacket, ResponsePacket } from '../../../lib/protocol/packets.js';
import { readEvent, readRequest, readResponse } from '../../../lib/protocol/read-packet.js';
import { BundleWriter } from '../../../lib/transit/bundle-writer.js';
import { context, dialect, map, NODE, parse, text, value } from './packet-writers.fixture.js';

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
