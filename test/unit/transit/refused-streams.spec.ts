import { describe, expect, it } from 'vitest';
import type { Dictionary } from '../../../lib/protocol/packets.js';
import { recordings } from '../../support/recordings.js';
import { announced, eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

recordLogs();
const cluster = eachCluster();

/** What Moleculer nodes sent, in order, by scenario. */
function scenarios(protocol: '4' | '5', type: 'REQ' | 'RES', of: (packets: Dictionary[]) => boolean) {
  const byName = new Map<string, Dictionary[]>();
  for (const { scenario, type: kind, payload } of recordings(protocol, 'streams')) {
    if (kind === type) byName.set(scenario, [...(byName.get(scenario) ?? []), payload]);
  }
  return [...byName].filter(([, packets]) => of(packets));
}

const isStream = ([first]: Dictionary[]) => first?.['stream'] === true;

describe.each(['4', '5'] as const)('streams, which are not built yet, in version %s', (protocol) => {
  const uploads = scenarios(protocol, 'REQ', isStream);
  const downloads = scenarios(protocol, 'RES', isStream);

  it('are recorded', () => {
    expect(uploads.map(([name]) => name.replace('stream.', ''))).toEqual([
      'request-binary',
      'request-object',
      'request-empty',
      'request-error',
      'echo',
      'request-split-by-maxChunkSize-4',
    ]);
    expect(downloads).toHaveLength(5);
  });

  it.each(uploads)(
    'of a caller are refused with one answer, and no handler runs: %s',
    async (_name, sent) => {
      const c = cluster();
      const peer = c.peer('node-a', protocol).behave();
      const { broker } = await c.started({ nodeID: 'node-b' });
      let runs = 0;
      const run = () => void runs++;
      await broker.createService({ name: 'stream', actions: { upload: run, echo: run } });
      for (const { ver: _ver, sender: _sender, ...packet } of sent) peer.send('REQ', 'node-b', packet);
      await c.settle();
      expect(runs).toBe(0);
      const action = sent[0]!['action'] as string;
      expect(peer.got('RES')).toEqual([
        expect.objectContaining({
          id: sent[0]!['id'],
          ver: protocol,
          success: false,
          error: expect.objectContaining({
            name: 'MoleculerError',
            code: 501,
            message: `'${action}' was called with a stream: streams are not built yet in this version`,
          }),
        }),
      ]);
    },
  );

  it.each(downloads)('of a callee reject the call, from any packet on: %s', async (_name, sent) => {
    const c = cluster();
    const peer = c.peer('node-b', protocol).behave();
    peer.services = [announced('far', { get: {} })];
    const { broker } = await c.started({ nodeID: 'node-a' });
    peer.onPacket = () => undefined;
    for (let from = 0; from < sent.length; from++) {
      peer.forget();
      const outcome = broker.call('far.get', {}, { timeout: 0 }).catch((error: unknown) => error);
      await c.settle();
      const id = peer.got('REQ')[0]!['id'];
      for (const { ver: _ver, sender: _sender, ...packet } of sent.slice(from)) {
        peer.send('RES', 'node-a', { ...packet, id });
      }
      // An end that is an error is this error.
      const code = from === sent.length - 1 && sent[from]!['success'] === false ? 500 : 501;
      expect(await c.until(outcome)).toMatchObject({ name: 'MoleculerError', code });
      expect(broker.parts.requester.pending.size).toBe(0);
    }
  });
});
