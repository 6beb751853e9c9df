import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PacketType, ProtocolVersion } from '../../lib/protocol/packets.js';
import { Cluster, VERSIONS, type OwnNode } from '../support/cluster.js';
import type { Peer } from '../support/peer.js';
import { recordings } from '../support/recordings.js';
import { waitUntil } from '../support/wait-until.js';

interface Packet {
  type: PacketType;
  /** The node in the topic. */
  target: string | null;
  payload: Record<string, any>;
}

/** Written by the recorder's own hand, not by a node. */
const BY_HAND = 'error.unknown-action-on-target';

/** What such nodes were heard to say in JSON, streams aside. */
const heard = (protocol: ProtocolVersion): Packet[] =>
  ['calls', 'events', 'info', 'lifecycle', 'heartbeat-namespace', 'tracing']
    .flatMap((file) => recordings(protocol, file))
    .filter(({ scenario }) => scenario !== BY_HAND);

const keysOf = (packet: object) => Object.keys(packet).sort().join(' ');

describe.each(VERSIONS)('what we say to a Moleculer 0.$version node', ({ version, protocol }) => {
  let cluster: Cluster;
  let own: OwnNode;
  let peer: Peer;
  let ears: Redis;
  const said: Packet[] = [];
  const saidInTheirs = (type: PacketType) =>
    said.filter((packet) => packet.type === type && packet.payload['ver'] === protocol);

  beforeAll(async () => {
    cluster = new Cluster({ label: 'wire', version });
    ears = new Redis(cluster.url);
    ears.on('pmessage', (_pattern, topic: string, text: string) => {
      const [type, ...target] = topic.slice(`MOL-${cluster.namespace}.`.length).split('.');
      const payload = JSON.parse(text);
      if (!payload.sender.startsWith('js'))
        said.push({ type: type as PacketType, target: target.join('.') || null, payload });
    });
    await ears.psubscribe(`MOL-${cluster.namespace}.*`);
    peer = await cluster.peer({ heartbeatInterval: 1 });
    own = await cluster.own({ heartbeatInterval: 0.5, exposeStack: true });
    await Promise.all([peer.waitForServices('own'), own.broker.waitForServices('echo', 60_000)]);
    await own.call('echo.reply', { a: 1 }, { meta: { m: 1 }, headers: { h: 1 }, timeout: 30_000 });
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
    await own.broker.ping(peer.nodeID, 30_000);
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
        heard(protocol)
          .filter((packet) => packet.type === type)
          .map(({ payload }) => keysOf(payload)),
      );
      const ours = saidInTheirs(type);
      expect(ours.length).toBeGreaterThan(0);
      for (const { payload } of ours) expect([...known]).toContain(keysOf(payload));
    },
  );

  it('errors have no field that such nodes do not send', () => {
    const errors = (packets: Packet[]) =>
      packets.flatMap(({ payload }) => (payload['error'] ? [payload['error']] : []));
    const known = new Set(errors(heard(protocol)).flatMap((error) => Object.keys(error)));
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
    const entries = (packets: Packet[]) =>
      packets.flatMap(({ type, payload }) => (type === 'INFO' ? payload['services'] : []));
    const known = new Set(entries(heard(protocol)).map(keysOf));
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
