import { Logger } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import type { Envelope, ResponsePacket } from '../../../lib/protocol/packets.js';
import { Topics } from '../../../lib/protocol/topics.js';
import { normaliseServices } from '../../../lib/registry/normalise-services.js';
import { Sieve } from '../../../lib/registry/sieve.js';
import { JsonSerializer } from '../../../lib/serializers/json.serializer.js';
import { ObjectWriter } from '../../../lib/transit/object-writer.js';
import { noHandlers } from '../../../lib/transit/packet-handlers.js';
import { PeerVersions } from '../../../lib/transit/peer-versions.js';
import { Receiver } from '../../../lib/transit/receiver.js';
import { TextWriter } from '../../../lib/transit/text-writer.js';
import { recordings, type Recorded } from '../../support/recordings.js';
import { writeAgain } from '../../support/rewrite.js';
import { SERIALIZERS } from '../../support/wire-serializers.js';

import { WIDE } from '../registry/registry.fixture.js';

type Fields = Record<string, any>;

/** How many packets each recording has: none may be passed over. */
const PACKETS = {
  '4': {
    calls: 58,
    events: 12,
    'heartbeat-namespace': 9,
    info: 4,
    lifecycle: 21,
    tracing: 4,
    streams: 49,
    transmit: 16,
    cbor: 48,
    msgpack: 36,
    notepack: 36,
  },
  '5': {
    calls: 58,
    events: 12,
    'heartbeat-namespace': 10,
    info: 4,
    lifecycle: 21,
    tracing: 4,
    streams: 49,
    transmit: 16,
    cbor: 48,
    msgpack: 36,
    notepack: 36,
    jsonext: 48,
  },
} as const;

const FILES = (['4', '5'] as const).flatMap((protocol) =>
  Object.entries(PACKETS[protocol]).map(([file, count]) => ({ protocol, file, count })),
);

/** From the bytes to what a handler of ours gets. */
function read({ type, topic, target, bytes, serializer }: Recorded): Envelope {
  const me = target ?? 'observer';
  const topics = new Topics(topic.startsWith('MOL-dev') ? 'dev' : '').subscriptions(me);
  const versions = new PeerVersions('auto', false);
  const got: Envelope[] = [];
  const handlers = { ...noHandlers(), [type]: (packet: Envelope) => got.push(packet) };
  const limits = { maxPacketSize: 1e7, maxNameLength: 1024 };
  new Receiver(me, serializer, versions, topics, limits, handlers, new Logger('test')).message(topic, bytes);
  expect(got).toHaveLength(1);
  return got[0]!;
}

/** All that we write of a packet, by each of our writers, as the other side would decode it. */
function rewritten(recorded: Recorded, packet: Envelope): Fields[] {
  const { type, serializer } = recorded;
  const writers = [new ObjectWriter(packet.sender, serializer)];
  const texts = serializer instanceof JsonSerializer ? [new TextWriter(packet.sender)] : [];
  return [...writers, ...texts].map((writer) => {
    const bytes = writeAgain(writer, type, packet);
    const fields = serializer.deserialize(Buffer.from(bytes), type) as Fields;
    // What makes a packet one of a stream is read, and not written yet.
    const { stream, seq } = packet as ResponsePacket;
    return seq === undefined ? fields : { ...fields, stream, seq };
  });
}

const told = (packet: Fields) => Object.keys(packet).filter((key) => packet[key] !== undefined);

/** Written by the recorder's own hand, not by a node, and without `headers` in version 5. */
const BY_HAND = 'error.unknown-action-on-target';

/** The recorded packet as we would have said it, where that differs to the same effect. */
function levelled({ scenario, type, payload }: Recorded): Fields {
  const fields = { ...payload };
  // Null where the answer came from no action, in place of an empty map.
  if (fields['headers'] === null) fields['headers'] = {};
  if (scenario === BY_HAND && type === 'REQ' && fields['ver'] === '5') fields['headers'] = {};
  // 0.14 says here what params it has, if they are none.
  if (type === 'REQ') fields['stream'] = fields['stream'] === true;
  if (fields['error']) {
    // An error that is passed on always says whether to retry, and its stack says where it passed by.
    const stack = `${fields['error'].stack}\n    at node '${fields['error'].nodeID}'`;
    fields['error'] = { retryable: false, ...fields['error'], stack };
  }
  return fields;
}

describe('every recorded packet of a real node is read and written again as it was', () => {
  it.each(FILES)('version $protocol, $file: $count packets', ({ protocol, file, count }) => {
    let compared = 0;
    for (const recorded of recordings(protocol, file)) {
      const packet = read(recorded);
      const { payload, scenario, topic } = recorded;
      expect(packet).toMatchObject({ ver: protocol, sender: payload['sender'] });
      for (const written of rewritten(recorded, packet)) {
        const expected = levelled(recorded);
        expect(written, `${scenario} ${topic}`).toEqual(expected);
        expect(told(written).sort()).toEqual(told(expected).sort());
      }
      compared++;
    }
    expect(compared).toBe(count);
  });

  it('and there are of every kind, in both versions', () => {
    for (const protocol of ['4', '5'] as const) {
      const all = Object.keys(PACKETS[protocol]).flatMap((file) => recordings(protocol, file));
      expect(new Set(all.map(({ type }) => type))).toEqual(
        new Set(['EVENT', 'REQ', 'RES', 'DISCOVER', 'INFO', 'DISCONNECT', 'HEARTBEAT', 'PING', 'PONG']),
      );
      expect(new Set(all.map(({ payload }) => payload['ver']))).toEqual(new Set([protocol]));
    }
  });
});

describe('the services of every recorded INFO', () => {
  it.each(FILES)('version $protocol, $file: are kept as they were announced', ({ protocol, file }) => {
    for (const { type, payload } of recordings(protocol, file)) {
      if (type === 'INFO')
        expect(normaliseServices(payload['services'], new Sieve(WIDE))).toEqual(payload['services']);
    }
  });
});

describe('the serializers of these tests', () => {
  const params = (protocol: '4' | '5', file: string, scenario: string) =>
    recordings(protocol, file).find((packet) => packet.scenario === scenario && packet.type === 'REQ')!
      .payload['params'];

  it.each(FILES.filter(({ file }) => ['cbor', 'msgpack', 'notepack', 'jsonext'].includes(file)))(
    'give what the recorder had sent: version $protocol, $file',
    ({ protocol, file }) => {
      expect(params(protocol, file, 'call.buffer')).toEqual(Buffer.from('abc'));
      expect(params(protocol, file, 'call.buffer-inside')).toEqual({ b: Buffer.from('abc') });
      expect(params(protocol, file, 'call.date')).toEqual({ d: new Date(1_700_000_000_000) });
      expect(params(protocol, file, 'call.null')).toBeNull();
      if (file !== 'cbor' && file !== 'jsonext') return;
      expect(params(protocol, file, 'call.bigint')).toEqual({
        b: 123456789012345678901234567890n,
        small: 5n,
      });
      expect(params(protocol, file, 'call.set')).toEqual({ s: new Set([1, 'a']) });
      expect(params(protocol, file, 'call.regexp')).toEqual({ r: /a|b/gi });
      expect(params(protocol, file, 'call.string-that-looks-tagged')).toEqual({ s: '[[DT]]123', t: '[[xx' });
    },
  );

  it.each(['CBOR', 'MsgPack', 'Notepack', 'JSONExt'] as const)(
    'write %s as the recorded node did',
    (name) => {
      for (const { bytes, payload, type, scenario } of recordings('5', name.toLowerCase())) {
        // A Map comes out of CBOR as an object, which is written longer.
        if (name === 'CBOR' && scenario.startsWith('call.map')) continue;
        const written = Buffer.from(SERIALIZERS[name].serialize(payload, type));
        expect(written.toString('latin1'), `${scenario} ${type}`).toBe(bytes.toString('latin1'));
      }
    },
  );
});
