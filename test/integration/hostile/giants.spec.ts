import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MemoryHub, memoryHub } from '../../../lib/transporters/memory/memory-hub.js';
import { makeNode } from '../../support/node.js';
import { waitUntil } from '../../support/wait-until.js';

const many = <T>(length: number, make: (i: number) => T): string =>
  JSON.stringify(Array.from({ length }, (_, i) => make(i)));
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const MEGABYTE = 'x'.repeat(2 ** 20);

/** One packet each, of a kind that random ones are not: type and JSON of its fields, less `ver` and `sender`. */
const GIANTS: [what: string, topic: string, fields: string][] = [
  ['an event name of a million dots', 'EVENT.me', `"event":"${'.'.repeat(1_000_000)}"`],
  [
    'an event for two million groups',
    'EVENT.me',
    `"event":"x.y","groups":${many(2_000_000, (i) => `g${i}`)}`,
  ],
  [
    'params nested three million times',
    'REQ.me',
    `"id":"q1","action":"live.echo","params":${nested(3_000_000)}`,
  ],
  ['meta nested three million times', 'REQ.me', `"id":"q2","action":"live.echo","meta":${nested(3_000_000)}`],
  [
    'params of three million objects',
    'REQ.me',
    `"id":"q3","action":"live.echo","params":[${'{},'.repeat(3_000_000)}{}]`,
  ],
  [
    'IDs of a megabyte',
    'REQ.me',
    `"id":"q4","action":"live.echo","requestID":"${MEGABYTE}","parentID":"${MEGABYTE}","caller":"${MEGABYTE}"`,
  ],
  ['numbers beyond reason', 'REQ.me', '"id":"q5","action":"live.echo","level":1e9,"timeout":1e308'],
  [
    '100,000 actions',
    'INFO',
    `"services":[{"name":"big","actions":${many(100_000, (i) => ({ name: `big.a${i}` }))}}]`,
  ],
  ['100,000 services', 'INFO', `"services":${many(100_000, (i) => ({ name: `big${i}` }))}`],
  [
    '100,000 events',
    'INFO',
    `"services":[{"name":"big","events":${many(100_000, (i) => ({ name: `e${i}.*` }))}}]`,
  ],
  [
    '2,500 groups that listen to everything',
    'INFO',
    `"services":[{"name":"big","events":${many(2_500, (i) => ({ name: '**', group: `g${i}` }))}}]`,
  ],
  [
    '500 patterns that take long',
    'INFO',
    `"services":[{"name":"big","events":${many(500, (i) => ({ name: `**a${i}**?b**c` }))}}]`,
  ],
  [
    'settings nested three million times',
    'INFO',
    `"services":[{"name":"big","settings":${nested(3_000_000)}}]`,
  ],
  ['metadata nested three million times', 'INFO', `"metadata":${nested(3_000_000)}`],
  ['two million addresses', 'INFO', `"ipList":${many(2_000_000, () => '10.0.0.1')}`],
  [
    'a chain of 200,000 dependencies',
    'INFO',
    `"metadata":{"$waiting":{${Array.from({ length: 200_000 }, (_, i) => `"w${i}":["w${i + 1}"]`).join()}}}`,
  ],
  [
    'a bundle of two million requests',
    'EVENT.me',
    `"event":"$bundle","data":[${'[1,"q","no.such"],'.repeat(2_000_000)}0]`,
  ],
  ['a heartbeat of a megabyte', 'HEARTBEAT', `"cpu":"${MEGABYTE}"`],
  ['a ping with an ID of a megabyte', 'PING.me', `"id":"${MEGABYTE}"`],
];

describe('a node that gets', () => {
  const { broker, node, registry } = makeNode({ nodeID: 'me', transporter: 'memory://giants' });
  let hub: MemoryHub;
  const owner = {};
  const answers: { id: string; success: boolean }[] = [];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    await broker.createService({
      name: 'live',
      actions: { echo: (ctx) => ctx.params },
      events: { 'x.*': () => undefined },
    });
    // It waits for something, so that it looks at what others wait for.
    await broker.createService({ name: 'late', dependencies: 'w0' });
    await node.start();
    hub = memoryHub('giants');
    hub.join(owner, {
      message: (_topic, data) =>
        answers.push(JSON.parse(data.toString()) as { id: string; success: boolean }),
      up: () => undefined,
      down: () => undefined,
    });
    hub.subscribe(owner, ['MOL.RES.giant', 'MOL.EVENT.giant']);
  });

  afterAll(() => node.stop());

  it.each(GIANTS)('%s goes on, serves and calls', async (what, topic, fields) => {
    const errors: unknown[] = [];
    const after = `after ${what}`;
    const note = (error: unknown) => errors.push(error);
    process.on('unhandledRejection', note);
    hub.publish(owner, `MOL.${topic}`, `{${fields},"seq":1,"ver":"5","sender":"giant"}`);
    hub.publish(
      owner,
      'MOL.REQ.me',
      `{"id":"${after}","action":"live.echo","params":5,"ver":"5","sender":"giant"}`,
    );
    await waitUntil('the answer', () => answers.some(({ id }) => id === after));
    expect(answers.find(({ id }) => id === after)).toMatchObject({ success: true, data: 5 });
    await expect(broker.call('live.echo', 7)).resolves.toBe(7);
    await broker.emit('some.new.name', 1);
    for (const list of [
      registry.nodes({ withServices: true }),
      registry.services({ withActions: true }),
      registry.events(),
    ]) {
      expect(JSON.stringify(list).length).toBeGreaterThan(2);
    }
    process.off('unhandledRejection', note);
    expect(errors).toEqual([]);
    expect(registry.stats().announcedSize).toBeLessThan(2 ** 28);
    // What this one announced is gone before the next comes.
    answers.length = 0;
    registry.disconnect('giant', true);
    registry.sweep({ silentFor: null, forgetAfter: -1 });
    expect(registry.node('giant')).toBeUndefined();
  });
});
