import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ServiceSchemaError } from '../../../lib/errors/service.error.js';
import { makeNode } from '../../support/node.js';
import { waitUntil } from '../../support/wait-until.js';

const errors: string[] = [];
const nodes: { stop(): Promise<void> }[] = [];

beforeEach(() => {
  errors.length = 0;
  Logger.overrideLogger({
    log: () => undefined,
    warn: () => undefined,
    error: (text: unknown) => void errors.push(String(text)),
  });
});
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.stop();
  Logger.overrideLogger(false);
  vi.restoreAllMocks();
});

function nodeOn(hub: string, nodeID: string) {
  const made = makeNode({ transporter: `memory://${hub}`, nodeID });
  nodes.push(made.node);
  return made;
}

it('a circle within a node is refused, by name', async () => {
  const { broker } = nodeOn('cycle-one-node', 'a');
  await broker.createService({ name: 'one', dependencies: 'two' });
  const second = broker.createService({ name: 'two', dependencies: ['one'] });
  await expect(second).rejects.toBeInstanceOf(ServiceSchemaError);
  await expect(second).rejects.toThrow('one -> two -> one');
});

it('a circle that goes through another node is named on both, once', async () => {
  const a = nodeOn('cycle-two-nodes', 'a');
  const b = nodeOn('cycle-two-nodes', 'b');
  await a.broker.createService({ name: 'one', dependencies: 'two' });
  await b.broker.createService({ name: 'two', dependencies: 'one' });
  await a.node.start();
  await b.node.start();
  const cycles = () => errors.filter((text) => /one -> two -> one|two -> one -> two/.test(text));
  await waitUntil('both nodes to see it', () => cycles().length === 2);
  expect(a.broker.registry.services({ onlyAvailable: true }).map((service) => service.name)).not.toContain(
    'two',
  );
});

it('a service that waited is announced as soon as its dependency appears, and is told of no more', async () => {
  const a = nodeOn('cycle-solved', 'a');
  const b = nodeOn('cycle-solved', 'b');
  await a.broker.createService({ name: 'late', dependencies: 'early' });
  await a.node.start();
  await b.node.start();
  await waitUntil('the wait to be told', () => b.registry.node('a')?.metadata['$waiting'] !== undefined);
  expect(b.registry.hasService('late')).toBe(false);
  await b.broker.createService({ name: 'early' });
  await b.broker.waitForServices('late', 5000);
  expect(b.registry.node('a')?.metadata['$waiting']).toBeUndefined();
  expect(errors).toEqual([]);
});

it("a service's own $dependencyTimeout (ms) says when the wait is worth an error; it goes on", async () => {
  const a = nodeOn('cycle-own-timeout', 'a');
  await a.broker.createService({ name: 'late', dependencies: 'early', settings: { $dependencyTimeout: 20 } });
  await a.node.start();
  await waitUntil('the error', () =>
    errors.some((text) => /'late' is not announced: 'early'.*\(20 ms\)/.test(text)),
  );
  await a.broker.createService({ name: 'early' });
  await waitUntil('the announcement', () => a.registry.hasService('late'));
});
