import { describe, expect, it } from 'vitest';
import { Cluster, peerListeners, VERSIONS } from '../support/cluster.js';
import { SERIALIZERS } from '../support/wire-serializers.js';

const CASES = VERSIONS.flatMap(({ version }) =>
  (['CBOR', 'MsgPack', 'Notepack', 'JSONExt'] as const)
    .filter((name) => name !== 'JSONExt' || version === 15)
    .map((name) => ({ version, name })),
);

/** What JSON has no types for. */
const VALUE = {
  t: 'Object',
  v: { b: { t: 'Buffer', v: 'YWJj' }, n: { t: 'number', v: 1.5 }, x: { t: 'null' } },
};
const DATE = { t: 'Date', v: '2023-11-14T22:13:20.000Z' };

describe('a serializer of the user’s own beside Moleculer nodes that have the same', () => {
  it.concurrent.each(CASES)('0.$version with $name', async ({ version, name }) => {
    const cluster = new Cluster({ label: name.toLowerCase(), version });
    try {
      const [own, peer] = await Promise.all([
        cluster.own({ serializer: SERIALIZERS[name], heartbeatInterval: 1 }),
        cluster.peer({ serializer: name, heartbeatInterval: 1 }),
      ]);
      await own.broker.waitForServices(['echo', 'fail'], 60_000);
      await Promise.all([own.waitForListeners('ev.**', 1), peerListeners(peer, 'own.**', 2)]);
      const value = { b: Buffer.from('abc'), n: 1.5, x: null };
      expect(await own.call('echo.types', value)).toEqual(VALUE);
      expect(await own.call('echo.types', new Date(DATE.v))).toEqual(DATE);
      expect(await own.call('echo.reply', value)).toEqual(value);
      for (const sent of [VALUE, DATE]) {
        expect(await peer.cmd('call', { action: 'own.types', value: sent })).toMatchObject({ result: sent });
      }
      expect((await peer.outcome('own.nothing')).type).toBe('undefined');
      expect(await own.failure('fail.custom')).toMatchObject({ code: 418, nodeID: peer.nodeID });
      expect((await peer.outcome('ownfail.client')).error).toMatchObject({
        class: 'MoleculerClientError',
        code: 403,
      });
      await own.broker.emit('single.bytes', { b: Buffer.from('abc') }, { meta: { m: 1 } });
      await peer.emit('ownsingle.bytes', { a: 1 });
      expect((await peer.waitForEvents('single.bytes'))[0]).toMatchObject({ meta: { m: 1 } });
      expect((await own.waitForEvents('ownsingle.bytes'))[0]).toMatchObject({ params: { a: 1 } });
      expect(await own.broker.ping(peer.nodeID, 30_000)).toMatchObject({ nodeID: peer.nodeID });
      await peer.waitForNode(own.nodeID);
      await own.stop();
      await peer.waitForNode(own.nodeID, false);
      // A packet that it could not read would be a warning.
      expect((await peer.logs({ level: 'warn' })).map(({ message }) => message)).toEqual([]);
    } finally {
      await cluster.close();
    }
  });
});
