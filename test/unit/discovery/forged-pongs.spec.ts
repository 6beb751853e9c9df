import { expect, it } from 'vitest';
import { foreigner } from '../foreign.fixture.js';
import { lives, node } from '../life.fixture.js';
import { watched } from '../testing/test-cluster.fixture.js';

const start = lives();

it('believes the answer of the node that was asked alone', async () => {
  const c = await start([node('me')]);
  const [asked, liar] = [foreigner(c, 'asked'), foreigner(c, 'liar')];
  for (const one of [asked, liar]) one.info();
  await c.cluster.advance(0);
  await expect(c.cluster.run(c.broker('me').ping('asked'))).resolves.toMatchObject({ nodeID: 'asked' });
  asked.onPacket = ({ type, packet: { time, id } }) => {
    if (type === 'PING') liar.send('PONG', 'me', { time, id, arrived: 1 });
  };
  const pong = watched(c.broker('me').ping('asked', 200));
  await c.cluster.advance(100);
  expect(c.got('me', 'PONG', 'liar')).toHaveLength(1);
  expect(pong.state).toBe('pending');
  await c.cluster.advance(150);
  expect(pong).toEqual({ state: 'done', value: null });
});
