import { expect, it } from 'vitest';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

recordLogs();
const cluster = eachCluster();

/** By hand: no node of ours answers for another. */
it('believes the answer of the node that was asked alone', async () => {
  const c = cluster();
  const asked = c.peer('asked').behave();
  const liar = c.peer('liar').behave();
  const { broker } = await c.started({ nodeID: 'me' });
  asked.onPacket = ({ type, packet }) => {
    if (type === 'PING') liar.send('PONG', 'me', { time: packet['time'], id: packet['id'], arrived: 1 });
  };
  await expect(c.until(broker.ping('asked', 200))).resolves.toBeNull();
});
