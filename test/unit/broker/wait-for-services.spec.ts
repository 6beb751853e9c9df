import { describe, expect, it } from 'vitest';
import { eachCluster } from '../cluster.fixture.js';
import { lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import { watched } from '../testing/test-cluster.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();
const start = lives(logs);
const alone = (options = {}) => cluster().started({ nodeID: 'me', transporter: null, ...options });

describe('waitForServices', () => {
  it('resolves when all are there, wherever they are', async () => {
    const c = await start([node('me'), node('peer')]);
    const broker = c.broker('me');
    const waiting = watched(broker.waitForServices(['near', { name: 'far', version: 2 }]));
    await c.create('me', { name: 'near' });
    await c.create('peer', { name: 'far', version: 1 });
    await c.cluster.advance(1000);
    expect(waiting.state).toBe('pending');
    await c.create('peer', { name: 'far', version: 2 });
    await c.cluster.advance(100);
    expect(waiting.state).toBe('done');
    await broker.waitForServices('near');
    await broker.waitForServices([]);
  });

  it('rejects after its timeout with what is missing, and leaves no timer', async () => {
    const c = cluster();
    const { broker } = await alone();
    await broker.createService({ name: 'here' });
    const outcome = c.until(broker.waitForServices(['here', 'gone'], 500));
    await expect(outcome).rejects.toMatchObject({
      name: 'MoleculerServerError',
      type: 'WAITFOR_SERVICES',
      data: { services: ['gone'] },
    });
    const soon = broker.waitForServices('soon', 60_000);
    await broker.createService({ name: 'soon' });
    await soon;
    expect(c.scheduler.pending).toBe(0);
  });

  it('rejects when the broker stops, and says so', async () => {
    const { broker, node } = await alone();
    const waiting = broker.waitForServices('gone');
    await cluster().until(Promise.all([node.stop(), waiting.catch(() => undefined)]));
    for (const one of [waiting, broker.waitForServices('gone')]) {
      await expect(one).rejects.toMatchObject({
        message: "The broker stopped before services 'gone' appeared",
        type: 'WAITFOR_SERVICES',
      });
    }
  });
});
