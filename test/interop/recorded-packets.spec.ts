import { readFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Context, NO_OPTIONS } from '../../lib/context/context.js';
import type { ContextHost } from '../../lib/context/context-host.js';
import { dialectOf } from '../../lib/protocol/dialect.js';
import { fromErrorPayload, toErrorPayload } from '../../lib/protocol/error-payload.js';
import type { PacketType } from '../../lib/protocol/packets.js';
import { Topics } from '../../lib/protocol/topics.js';
import { JsonSerializer } from '../../lib/serializers/json.serializer.js';
import { ObjectWriter } from '../../lib/transit/object-writer.js';
import { noHandlers } from '../../lib/transit/packet-handlers.js';
import type { PacketWriter } from '../../lib/transit/packet-writer.js';
import { PeerVersions } from '../../lib/transit/peer-versions.js';
import { Receiver } from '../../lib/transit/receiver.js';
import { TextWriter } from '../../lib/transit/text-writer.js';
import { Cluster, VERSIONS, type OwnNode } from '../support/cluster.js';
import type { Peer } from '../support/peer.js';
import { waitUntil } from '../support/wait-until.js';

/** A packet as a real node sent it. */
interface Recorded {
  scenario: string;
  type: PacketType;
  topic: string;
  target: string | null;
  payload: Record<string, any>;
}

const FILES = ['calls', 'events', 'info', 'lifecycle', 'heartbeat-namespace', 'tracing'];

function recordings(protocol: string): Recorded[] {
  const read = (file: string) =>
    readFileSync(new URL(`../fixtures/v${protocol}-${file}.jsonl`, import.meta.url), 'utf8');
  return FILES.flatMap((file) => read(file).trim().split('\n'))
    .map((line) => JSON.parse(line))
    .filter(({ payload }) => payload.ver !== undefined)
    .map(({ scenario, channel, payload }) => {
      const [, type, target] = /^MOL(?:-\w+)?\.(\w+)(?:\.(.+))?$/.exec(channel)!;
      return { scenario, type: type as PacketType, topic: channel, target: target ?? null, payload };
    });
}

const keysOf = (packet: object) => Object.keys(packet).sort().join(' ');

/** Where a Moleculer node sends null or nothing for what we send as empty or false, to the same effect. */
function levelled({ stream, headers, ...rest }: Record<string, any>): object {
  return {
    ...rest,
    ...(stream === undefined ? {} : { stream: stream ?? false }),
    ...(headers === undefined ? {} : { headers: headers ?? {} }),
  };
}

/** Written by the recorder's own hand, not by a node. */
const BY_HAND = 'error.unknown-action-on-target';

const host = { nodeID: 'host', newID: () => 'new', now: () => 0 } as unknown as ContextHost;

function contextOf(payload: Record<string, any>, params: unknown): Context {
  const ctx = new Context(host, null, params, NO_OPTIONS);
  ctx.ownID = payload['id'];
  ctx.ownMeta = payload['meta'];
  ctx.ownHeaders = payload['headers'] ?? null;
  ctx.ownRequestID = payload['requestID'];
  ctx.parentID = payload['parentID'];
  ctx.caller = payload['caller'];
  ctx.level = payload['level'];
  ctx.tracing = payload['tracing'];
  ctx.timeout = payload['timeout'] ?? null;
  ctx.eventName = payload['event'] ?? null;
  return ctx;
}

describe.each(VERSIONS)('what Moleculer 0.$version nodes were heard to say', ({ protocol }) => {
  const all = recordings(protocol);
  const of = (type: PacketType) =>
    all.filter((packet) => packet.type === type && packet.scenario !== BY_HAND);
  const dialect = dialectOf(protocol);
  const writers = (sender: string): PacketWriter[] => [
    new TextWriter(sender),
    new ObjectWriter(sender, new JsonSerializer()),
  ];
  const parse = (bytes: string | Buffer) => JSON.parse(bytes.toString()) as Record<string, any>;

  it('has packets of every kind', () => {
    const types = new Set(all.map(({ type }) => type));
    expect([...types].sort()).toEqual([
      'DISCONNECT',
      'DISCOVER',
      'EVENT',
      'HEARTBEAT',
      'INFO',
      'PING',
      'PONG',
      'REQ',
      'RES',
    ]);
  });

  it('is read, every packet of it', () => {
    for (const { topic, type, target, payload } of all) {
      const me = target ?? 'observer';
      const topics = new Topics(topic.startsWith('MOL-dev') ? 'dev' : '').subscriptions(me);
      const handlers = noHandlers();
      const got: any[] = [];
      (handlers as any)[type] = (packet: unknown) => got.push(packet);
      const logger = new Logger('test');
      const receiver = new Receiver(
        me,
        new JsonSerializer(),
        new PeerVersions('auto', false),
        topics,
        { maxPacketSize: 1e7, maxNameLength: 1024 },
        handlers,
        logger,
      );
      receiver.message(topic, Buffer.from(JSON.stringify(payload)));
      expect(got, `${topic} ${JSON.stringify(payload)}`).toHaveLength(1);
      const [packet] = got;
      expect(packet).toMatchObject({ ver: protocol, sender: payload['sender'] });
      for (const field of [
        'id',
        'action',
        'event',
        'params',
        'data',
        'meta',
        'timeout',
        'level',
        'requestID',
        'parentID',
        'caller',
        'tracing',
        'cpu',
        'time',
        'arrived',
        'seq',
        'instanceID',
        'services',
        'success',
      ]) {
        if (field in payload && field in packet) expect(packet[field], field).toEqual(payload[field]);
      }
    }
  });

  it('requests: we would have written the same', () => {
    for (const { payload } of of('REQ')) {
      for (const writer of writers(payload['sender'])) {
        const written = parse(
          writer.request(dialect, contextOf(payload, payload['params']), payload['action']),
        );
        expect(levelled(written)).toEqual(levelled(payload));
        expect(keysOf(written)).toBe(keysOf(payload));
      }
    }
  });

  it('answers: we would have written the same', () => {
    for (const { payload } of of('RES')) {
      const head = { id: payload['id'], meta: payload['meta'], headers: payload['headers'] ?? null };
      for (const writer of writers(payload['sender'])) {
        if (payload['success']) {
          const written = parse(writer.response(dialect, head, payload['data']));
          expect(levelled(written)).toEqual(levelled(payload));
          expect(keysOf(written)).toBe(keysOf(payload));
          continue;
        }
        const error = toErrorPayload(fromErrorPayload(payload['error'], payload['sender']), 'other', true);
        const written = parse(writer.failure(dialect, head, error));
        const { stack, ...fields } = written['error'];
        const { stack: theirs, ...expected } = payload['error'];
        // An error that is passed on always says whether to retry.
        expect(fields).toEqual({ retryable: false, ...expected });
        expect(stack).toContain(theirs);
        expect(keysOf(written)).toBe(keysOf(payload));
      }
    }
  });

  it('events: we would have written the same', () => {
    for (const { payload } of of('EVENT')) {
      for (const writer of writers(payload['sender'])) {
        const ctx = contextOf(payload, payload['data']);
        const { id, data, groups = null, broadcast } = payload;
        const written = parse(writer.event(dialect, ctx, id, writer.prepare(data), groups, broadcast));
        expect(levelled(written)).toEqual(levelled(payload));
        expect(keysOf(written)).toBe(keysOf(payload));
      }
    }
  });

  it('the rest: we would have written the same', () => {
    for (const type of ['DISCOVER', 'DISCONNECT', 'HEARTBEAT', 'PING', 'PONG', 'INFO'] as const) {
      for (const { payload } of of(type)) {
        const { ver: _ver, sender, ...facts } = payload;
        for (const writer of writers(sender))
          expect(parse(writer.plain(dialect, type, facts))).toEqual(payload);
      }
    }
  });
});

describe.each(VERSIONS)('what we say to a Moleculer 0.$version node', ({ version, protocol }) => {
  let cluster: Cluster;
  let own: OwnNode;
  let peer: Peer;
  let ears: Redis;
  const said: Recorded[] = [];
  const saidInTheirs = (type: PacketType) =>
    said.filter((packet) => packet.type === type && packet.payload['ver'] === protocol);

  beforeAll(async () => {
    cluster = new Cluster({ label: 'wire', version });
    ears = new Redis(cluster.url);
    ears.on('pmessage', (_pattern, topic: string, text: string) => {
      const [type, ...target] = topic.slice(`MOL-${cluster.namespace}.`.length).split('.');
      const payload = JSON.parse(text);
      if (!payload.sender.startsWith('js'))
        said.push({
          scenario: 'live',
          type: type as PacketType,
          topic,
          target: target.join('.') || null,
          payload,
        });
    });
    await ears.psubscribe(`MOL-${cluster.namespace}.*`);
    peer = await cluster.peer({ heartbeatInterval: 1 });
    own = await cluster.own({ heartbeatInterval: 0.5, exposeStack: true });
    await Promise.all([peer.waitForServices('own'), own.broker.waitForServices('echo', 10_000)]);
    await own.call('echo.reply', { a: 1 }, { meta: { m: 1 }, headers: { h: 1 }, timeout: 5000 });
    await own.call('echo.reply', null);
    await own.call('echo.reply');
    await own.call('echo.nested', { action: 'own.nested', params: { action: 'echo.reply', params: 1 } });
    await peer.call('own.reply', { a: 1 }, { meta: { m: 1 } });
    await peer.outcome('own.nothing');
    for (const kind of ['plain', 'coded', 'moleculer', 'notFound', 'string'])
      await peer.outcome(`ownfail.${kind}`);
    await peer.outcome('ownfail.needsNumber', {});
    await own.broker.emit('single.wire', { a: 1 }, { headers: { h: 1 } });
    await own.broker.emit('ev.wire', undefined, { groups: ['sink'] });
    await own.broker.broadcast('ev.wire', 1);
    await own.broker.broadcast('ev.wire', 1, { groups: 'sink' });
    await peer.call('own.emit', { event: 'single.wire', payload: 1 });
    await own.broker.ping(peer.nodeID);
    await peer.cmd('ping', { nodeID: own.nodeID });
    const handle = await own.broker.createService({ name: 'wirelate', actions: { go: () => 1 } });
    await peer.waitForServices('wirelate');
    await handle.destroy();
    await waitUntil('a heartbeat', () => saidInTheirs('HEARTBEAT').length > 0);
    await own.stop();
    await waitUntil('the goodbye', () => saidInTheirs('DISCONNECT').length > 0);
  });
  afterAll(async () => {
    await cluster.close();
    ears.disconnect();
  });

  it.each(['REQ', 'RES', 'EVENT', 'INFO', 'DISCOVER', 'HEARTBEAT', 'PING', 'PONG', 'DISCONNECT'] as const)(
    '%s has exactly the fields that such nodes send',
    (type) => {
      const known = new Set(
        recordings(protocol)
          .filter((packet) => packet.type === type && packet.scenario !== BY_HAND)
          .map(({ payload }) => keysOf(payload)),
      );
      const ours = saidInTheirs(type);
      expect(ours.length).toBeGreaterThan(0);
      for (const { payload } of ours) expect([...known]).toContain(keysOf(payload));
    },
  );

  it('errors have no field that such nodes do not send', () => {
    const errors = (packets: Recorded[]) =>
      packets.flatMap(({ payload }) => (payload['error'] ? [payload['error']] : []));
    const known = new Set(errors(recordings(protocol)).flatMap((error) => Object.keys(error)));
    const ours = errors(saidInTheirs('RES'));
    expect(ours.length).toBe(6);
    for (const error of ours) {
      for (const key of Object.keys(error)) expect([...known]).toContain(key);
      expect(error).toMatchObject({
        name: expect.any(String),
        message: expect.any(String),
        nodeID: own.nodeID,
      });
    }
  });

  it('services in INFO are made as theirs', () => {
    const entries = (packets: Recorded[]) =>
      packets.flatMap(({ type, payload }) => (type === 'INFO' ? payload['services'] : []));
    const known = new Set(entries(recordings(protocol)).map(keysOf));
    const ours = entries(saidInTheirs('INFO'));
    expect(ours.length).toBeGreaterThan(0);
    for (const service of ours) {
      expect([...known]).toContain(keysOf(service));
      for (const [key, action] of Object.entries<any>(service.actions)) {
        expect(action.name).toBe(key);
        expect(key).toBe(
          service.settings.$noServiceNamePrefix ? action.rawName : `${service.fullName}.${action.rawName}`,
        );
      }
      for (const [key, event] of Object.entries<any>(service.events)) expect(event.name).toBe(key);
    }
  });

  it('seq grows with every change of services and the instance stays', () => {
    const infos = saidInTheirs('INFO').map(({ payload }) => payload);
    expect(new Set(infos.map(({ instanceID }) => instanceID)).size).toBe(1);
    const bySeq = new Map(infos.map(({ seq, services }) => [seq, JSON.stringify(services)]));
    for (const { seq, services } of infos) expect(bySeq.get(seq)).toBe(JSON.stringify(services));
    expect(infos.map(({ seq }) => seq)).toEqual(infos.map(({ seq }) => seq).sort((a, b) => a - b));
    expect(infos.at(-1)!['services']).toEqual([]);
  });

  it('nothing but the question who is there was ever said in the other version', () => {
    const foreign = said.filter(({ payload }) => payload['ver'] !== protocol);
    expect(foreign.map(({ type, target }) => [type, target])).toEqual([['DISCOVER', null]]);
  });
});
