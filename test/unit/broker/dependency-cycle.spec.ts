import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findCycle } from '../../../lib/broker/dependency-cycle.js';
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
  await b.broker.waitForServices('late', 30_000);
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

describe('what other nodes say of their dependencies', () => {
  const chain = (length: number) =>
    new Map(Array.from({ length }, (_, i) => [`s${i}`, [`s${i + 1}`]] as [string, string[]]));

  it('may be a chain longer than the stack is deep', () => {
    const graph = chain(200_000);
    expect(findCycle(graph)).toBeNull();
    graph.set('s199999', ['s199998']);
    expect(findCycle(graph)).toEqual(['s199998', 's199999', 's199998']);
  });

  it('is followed once, however it is knotted, and only from where we wait', () => {
    // Two ways at each of 2,000 steps: 2^2000 in all.
    const graph = new Map(Array.from({ length: 2000 }, (_, i) => [`s${i}`, [`s${i + 1}`, `s${i + 1}`]]));
    expect(findCycle(graph)).toBeNull();
    graph.set('theirs', ['theirs too']).set('theirs too', ['theirs']);
    expect(findCycle(graph, ['s0'])).toBeNull();
    expect(findCycle(graph)).toEqual(['theirs', 'theirs too', 'theirs']);
  });

  it('finds a circle exactly where there is one', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const edges = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 10 });
    fc.assert(
      fc.property(edges, (given) => {
        const graph = new Map<string, string[]>();
        for (const [from, to] of given) graph.set(from, [...(graph.get(from) ?? []), to]);
        const reach = (from: string, seen: Set<string>): Set<string> => {
          for (const to of graph.get(from) ?? []) if (!seen.has(to)) reach(to, seen.add(to));
          return seen;
        };
        const cycle = findCycle(graph);
        expect(cycle !== null).toBe(names.some((name) => reach(name, new Set()).has(name)));
        cycle?.slice(1).forEach((name, i) => expect(graph.get(cycle[i]!)).toContain(name));
        if (cycle !== null) expect(cycle[0]).toBe(cycle.at(-1));
      }),
    );
  });

  it('fills no log and costs no time, however many circles it makes up', async () => {
    const hub = 'cycle-hostile';
    const a = nodeOn(hub, 'a');
    await a.broker.createService({ name: 'mine', dependencies: 's0' });
    await a.node.start();
    const info = (sender: string, waiting: object, seq: number) =>
      a.registry.applyInfo({
        ver: '5',
        sender,
        seq,
        services: [],
        ipList: [],
        hostname: null,
        client: { type: 'x', version: null, langVersion: null },
        config: {},
        instanceID: 'i',
        metadata: { $waiting: waiting },
      });
    for (let i = 0; i < 100; i++) info('hostile', { s0: [`x${i}`], [`x${i}`]: ['mine'] }, i + 1);
    expect(errors).toHaveLength(10);
    info('huge', Object.fromEntries(chain(100_000)), 1);
    const long = `${'x'.repeat(1000)}\n`;
    info('hostile', { s0: [long], [long]: ['mine'] }, 1000);
    expect(errors.every((text) => text.length < 1300 && !text.includes('\n'))).toBe(true);
  });
});
