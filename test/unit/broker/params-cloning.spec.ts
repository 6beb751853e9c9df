import { expect, it } from 'vitest';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

recordLogs();
const cluster = eachCluster();
const change = {
  name: 's',
  actions: { change: (ctx: { params: unknown }) => (ctx.params as number[]).push(2) },
};

it.each([
  ['is the broker’s, off', false, undefined, false],
  ['is the broker’s, on', true, undefined, true],
  ['null is the broker’s', true, null, true],
  ['true wins over off', false, true, true],
  ['true and on', true, true, true],
  ['false wins over on', true, false, false],
])('whether a local handler gets a copy: %s', async (_, contextParamsCloning, paramsCloning, copied) => {
  const { broker } = await cluster().started({ transporter: null, contextParamsCloning });
  await broker.createService(change);
  const params = [1];
  await broker.call('s.change', params, { paramsCloning });
  expect(params).toEqual(copied ? [1] : [1, 2]);
});

it('params without a copy make the call fail, not throw', async () => {
  const { broker } = await cluster().started({ transporter: null });
  await broker.createService(change);
  const call = broker.call('s.change', { f: () => 1 }, { paramsCloning: true });
  await expect(call).rejects.toMatchObject({ name: 'DataCloneError' });
});

it('serves mcall as well', async () => {
  const { broker } = await cluster().started({ transporter: null });
  await broker.createService(change);
  const params = [1];
  await broker.mcall([{ action: 's.change', params }], { paramsCloning: true });
  expect(params).toEqual([1]);
});
