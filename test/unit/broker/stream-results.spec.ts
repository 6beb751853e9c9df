import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

recordLogs();
const cluster = eachCluster();

it('a handler’s stream reaches callers of its node as it is, and is refused to those of other nodes', async () => {
  const c = cluster();
  const { broker: far } = await c.started({ nodeID: 'far' });
  const { broker: near } = await c.started({ nodeID: 'near' });
  const streams: Readable[] = [];
  const stream = () => {
    const made = Readable.from(['text']);
    streams.push(made);
    return made;
  };
  await far.createService({ name: 's', actions: { now: stream, later: async () => stream() } });
  await c.advance(200);
  for (const action of ['s.now', 's.later']) {
    expect(await far.call(action)).toBe(streams.at(-1));
    await expect(c.until(near.call(action))).rejects.toMatchObject({
      code: 501,
      message: expect.stringContaining(`'${action}' returned a stream`),
    });
  }
});
