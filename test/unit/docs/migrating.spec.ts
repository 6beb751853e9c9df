import { expect, it } from 'vitest';
import type { ServiceSchema } from '../../../lib/index.js';
import { blocksOf, pages, readPage } from '../../support/snippets.js';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

recordLogs();
const cluster = eachCluster();

/** JavaScript that is no file of a program: no compiler reads it. */
const loose = pages().flatMap((page) =>
  blocksOf(readPage(page), 'js')
    .filter(({ info }) => info === '')
    .map(({ code }) => ({ page, code })),
);

it('the schema of the page for those who come from Moleculer runs as it is', async () => {
  expect(loose.map(({ page }) => page)).toEqual(['docs/migrating-from-moleculer.md']);
  const module = {} as { exports: ServiceSchema & { methods: { find(id: string): unknown } } };
  new Function('module', loose[0]!.code)(module);
  const { broker } = await cluster().started();
  await broker.createService({ name: 'mail', actions: {} });

  module.exports.methods.find = (id) => `user ${id}`;
  await broker.createService(module.exports);
  expect(await broker.call('v2.users.get', { id: '1' })).toBe('user 1');
  await expect(broker.call('v2.users.get', {})).rejects.toMatchObject({ code: 422 });
  expect(broker.registry.event('account.closed').groups.map(({ name }) => name)).toEqual(['users']);
});
