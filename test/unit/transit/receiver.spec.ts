import { readFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Topics } from '../../../lib/protocol/topics.js';
import { JsonSerializer } from '../../../lib/serializers/json.serializer.js';
import { noHandlers } from '../../../lib/transit/packet-handlers.js';
import { PeerVersions } from '../../../lib/transit/peer-versions.js';
import { Receiver } from '../../../lib/transit/receiver.js';
import { makeNode } from '../../support/node.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();

function makeReceiver(maxPacketSize = 10_000) {
  const handlers = noHandlers();
  for (const type of Object.keys(handlers) as (keyof typeof handlers)[]) handlers[type] = vi.fn();
  const versions = new PeerVersions('auto', false);
  const topics = new Topics('').subscriptions('me');
  const receiver = new Receiver(
    'me',
    new JsonSerializer(),
    versions,
    topics,
    { maxPacketSize, maxNameLength: 100 },
    handlers,
    new Logger('test'),
  );
  const take = (topic: string, packet: unknown) =>
    receiver.message(topic, Buffer.from(typeof packet === 'string' ? packet : JSON.stringify(packet)));
  const calls = () =>
    Object.values(handlers).reduce((sum, handler) => sum + vi.mocked(handler).mock.calls.length, 0);
  return { receiver, handlers, versions, take, calls };
}

describe('the receiver', () => {
  it('hands a packet to the handler of its topic', () => {
    const { take, handlers } = makeReceiver();
    take('MOL.REQ.me', { ver: '4', sender: 'peer', id: '1', action: 'a' });
    expect(handlers.REQ).toHaveBeenCalledWith(
      expect.objectContaining({ id: '1', action: 'a', ver: '4', sender: 'peer' }),
    );
    take('MOL.INFO', { ver: '5', sender: 'peer' });
    take('MOL.INFO.me', { ver: '5', sender: 'peer' });
    expect(handlers.INFO).toHaveBeenCalledTimes(2);
  });

  it.each([
    '',
    'null',
    '[]',
    '"text"',
    '5',
    '{',
    '{"ver":"5"}',
    '{"ver":"5","sender":5}',
    '{"ver":"5","sender":""}',
  ])('drops %j, which is no packet, and says so once', (bytes) => {
    const { take, calls } = makeReceiver();
    take('MOL.REQ.me', bytes);
    take('MOL.REQ.me', bytes);
    expect(calls()).toBe(0);
    expect(logs.texts()).toHaveLength(1);
  });

  it('drops what is on no topic of its own', () => {
    const { take, calls } = makeReceiver();
    take('MOL.REQ.other', { ver: '5', sender: 'peer', id: '1', action: 'a' });
    expect(calls()).toBe(0);
  });

  it('drops a foreign version and says so once a sender, without the packet', () => {
    const { take, calls } = makeReceiver();
    for (let i = 0; i < 5; i++) take('MOL.HEARTBEAT', { ver: '6', sender: 'far', secret: 'hidden' });
    take('MOL.HEARTBEAT', { ver: 5, sender: 'number' });
    expect(calls()).toBe(0);
    expect(logs.texts('warn')).toHaveLength(2);
    expect(logs.texts().join()).not.toContain('hidden');
  });

  it('drops what is larger than allowed, unread', () => {
    const { take, calls } = makeReceiver(1000);
    take('MOL.EVENT.me', { ver: '5', sender: 'peer', event: 'e', data: 'x'.repeat(2000) });
    expect(calls()).toBe(0);
    expect(logs.texts('warn')[0]).toContain('maxPacketSize');
  });

  it('drops what Moleculer compressed or encrypted, for that is not built yet, and says so once a topic', () => {
    const { receiver, calls } = makeReceiver();
    const lines = readFileSync(new URL('../../fixtures/v5-transmit.jsonl', import.meta.url), 'utf8').trim();
    const topics = new Set<string>();
    for (const line of lines.split('\n')) {
      const { channel, payload } = JSON.parse(line) as { channel: string; payload: { base64: string } };
      const topic = channel.replace(/\.node-[ab]$/, '.me');
      topics.add(topic);
      receiver.message(topic, Buffer.from(payload.base64, 'base64'));
    }
    expect(calls()).toBe(0);
    expect(topics.size).toBe(5);
    expect(logs.texts('warn')).toHaveLength(5);
    expect(logs.texts('warn')[0]).toContain('serializer');
  });

  it('drops an incomplete packet and says of whom, once', () => {
    const { take, calls } = makeReceiver();
    take('MOL.REQ.me', { ver: '5', sender: 'peer', action: 'no id' });
    take('MOL.REQ.me', { ver: '5', sender: 'peer', action: 'no id' });
    expect(calls()).toBe(0);
    expect(logs.texts('warn')).toEqual([expect.stringContaining("'peer'")]);
  });

  it('ignores what it sent itself, but notes that it came back', () => {
    const { take, handlers, calls } = makeReceiver();
    for (const topic of ['DISCONNECT', 'PING']) take(`MOL.${topic}`, { ver: '5', sender: 'me' });
    take('MOL.REQ.me', { ver: '5', sender: 'me', id: '1', action: 'a' });
    take('MOL.EVENT.me', { ver: '5', sender: 'me', event: 'e' });
    expect(calls()).toBe(0);
    take('MOL.INFO', { ver: '5', sender: 'me', instanceID: 'x' });
    expect(handlers.CONFLICT).toHaveBeenCalledTimes(1);
    expect(handlers.INFO).not.toHaveBeenCalled();
    take('MOL.HEARTBEAT', { ver: '5', sender: 'me', cpu: 1 });
    take('MOL.DISCOVER', { ver: '5', sender: 'me' });
    expect(handlers.ECHO).toHaveBeenCalledTimes(2);
    expect(handlers.HEARTBEAT).not.toHaveBeenCalled();
    expect(handlers.DISCOVER).not.toHaveBeenCalled();
  });

  it('survives a handler that throws, and tells of it', () => {
    const { take, handlers } = makeReceiver();
    vi.mocked(handlers.EVENT).mockImplementation(() => {
      throw new Error('boom');
    });
    expect(() => take('MOL.EVENT.me', { ver: '5', sender: 'peer', event: 'e' })).not.toThrow();
    expect(logs.texts('error')).toHaveLength(1);
  });

  it('learns versions from discovery, not from pings: the conflict probe asks under a throw-away name', () => {
    const { take, versions } = makeReceiver();
    take('MOL.PING.me', { ver: '4', sender: 'probe', time: 1 });
    take('MOL.REQ.me', { ver: '4', sender: 'caller', id: '1', action: 'a' });
    expect(versions.inUse().map(({ ver }) => ver)).toEqual(['5']);
    take('MOL.HEARTBEAT', { ver: '4', sender: 'old', cpu: 1 });
    expect(versions.of('old').ver).toBe('4');
  });

  it('learns from INFO that a node understands both versions', () => {
    const { take, versions } = makeReceiver();
    const info = (sender: string, metadata: object) => take('MOL.INFO', { ver: '4', sender, metadata });
    info('ours', { zone: 'a', $capabilities: ['other', 'bilingual'] });
    expect(versions.of('ours').ver).toBe('5');
    for (const told of [undefined, null, 'bilingual', { bilingual: true }, []]) {
      info('theirs', { $capabilities: told });
      expect(versions.of('theirs').ver).toBe('4');
    }
  });

  it('never throws, whatever bytes come on whatever topic', () => {
    const { receiver, take } = makeReceiver();
    const topic = fc.constantFrom(...new Topics('').subscriptions('me').keys());
    fc.assert(fc.property(topic, fc.uint8Array(), (on, bytes) => receiver.message(on, Buffer.from(bytes))));
    const sender = fc.constantFrom('me', 'peer', '__proto__', 'constructor');
    fc.assert(
      fc.property(
        topic,
        fc.dictionary(fc.string(), fc.jsonValue()),
        sender,
        fc.constantFrom('4', '5', 4),
        (on, raw, from, ver) => take(on, { ...raw, sender: from, ver }),
      ),
    );
  });

  it('tells of a flood of senders without remembering all of them, nor telling of each', () => {
    const { take, receiver } = makeReceiver();
    for (let i = 0; i < 3000; i++) take('MOL.HEARTBEAT', { ver: '9', sender: `s${i}` });
    expect((receiver as unknown as { warned: { seen: Set<string> } }).warned.seen.size).toBeLessThanOrEqual(
      1000,
    );
    const node = makeNode({ transporter: 'memory://receiver-flood', nodeID: 'me' });
    logs.lines.splice(0);
    const { receiver: own } = node.transit as unknown as { receiver: Receiver };
    for (let i = 0; i < 3000; i++) own.message('MOL.HEARTBEAT', Buffer.from(`{"ver":"9","sender":"s${i}"}`));
    expect(logs.texts('warn')).toHaveLength(100);
  });

  it.each([
    ['REQ', 'sender', { id: 'i', action: 'a' }],
    ['REQ', 'id', { action: 'a' }],
    ['REQ', 'action', { id: 'i' }],
    ['REQ', 'requestID', { id: 'i', action: 'a' }],
    ['REQ', 'parentID', { id: 'i', action: 'a' }],
    ['REQ', 'caller', { id: 'i', action: 'a' }],
    ['RES', 'id', {}],
    ['EVENT', 'event', {}],
    ['EVENT', 'id', { event: 'e' }],
    ['EVENT', 'requestID', { event: 'e' }],
    ['EVENT', 'parentID', { event: 'e' }],
    ['EVENT', 'caller', { event: 'e' }],
    ['INFO', 'instanceID', {}],
    ['PING', 'id', {}],
    ['PONG', 'id', {}],
    ['HEARTBEAT', 'sender', {}],
  ])('drops a %s whose %s is longer than names may be, and names the option once', (type, field, rest) => {
    const { take, calls, versions } = makeReceiver();
    const topic = type === 'HEARTBEAT' ? 'MOL.HEARTBEAT' : `MOL.${type}.me`;
    const packet = (length: number) => ({ ver: '5', sender: 'peer', ...rest, [field]: 'x'.repeat(length) });
    take(topic, packet(100));
    expect(calls()).toBe(1);
    const known = versions.size;
    for (let i = 0; i < 3; i++) take(topic, packet(101));
    expect(calls()).toBe(1);
    expect(versions.size).toBe(known);
    expect(logs.texts('warn')).toEqual([
      expect.stringContaining(`${field} is longer than transit.maxNameLength (100`),
    ]);
  });

  it('lets no line of the log be forged', () => {
    const { take } = makeReceiver();
    take('MOL.REQ.me', { ver: '5', sender: 'a\n[Nest] ERROR forged' });
    take('MOL.REQ.me', { ver: '9\nforged', sender: 'b' });
    take('MOL.REQ.me', '{"a":\n\u001b[2J');
    expect(logs.texts()).toHaveLength(3);
    for (const text of logs.texts()) expect(text).not.toMatch(/\p{Cc}/u);
  });
});
