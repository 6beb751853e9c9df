import { expect, it } from 'vitest';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();

it('who waits for services that do not come is told of, again and again, until they are there', async () => {
  const c = cluster();
  const { broker } = await c.started();
  const waiting = broker.waitForServices(['gretter', 'users']);
  await c.advance(9_900);
  expect(logs.texts('warn')).toEqual([]);
  await c.advance(10_200);
  expect(logs.texts('warn')).toEqual([
    "waitForServices waits since 10 s for 'gretter', 'users': no node of this namespace offers them",
    "waitForServices waits since 20 s for 'gretter', 'users': no node of this namespace offers them",
  ]);
  await broker.createService({ name: 'gretter' });
  await c.advance(10_000);
  expect(logs.texts('warn').at(-1)).toBe(
    "waitForServices waits since 30 s for 'users': no node of this namespace offers it",
  );
  await broker.createService({ name: 'users' });
  await waiting;
  await c.advance(30_000);
  expect(logs.texts('warn')).toHaveLength(3);
});
