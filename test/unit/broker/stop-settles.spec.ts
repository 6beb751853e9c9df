import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { interval, Observable } from 'rxjs';
import { beforeAll, expect, it } from 'vitest';
import { RequestRejectedError, RequestTimeoutError } from '../../../lib/errors/request.error.js';
import { makeNode } from '../../support/node.js';
import { waitUntil } from '../../support/wait-until.js';

beforeAll(() => Logger.overrideLogger(false));

it.each([
  ['within its time', undefined],
  ['though its time has no end', 0],
])('a local call that still runs when the broker stops is rejected then, %s', async (_, timeout) => {
  const { broker, node } = makeNode({ tracking: { shutdownTimeout: 20 } });
  await broker.createService({ name: 's', actions: { never: () => new Promise(() => undefined) } });
  await node.start();
  const call = broker.call('s.never', {}, { timeout });
  const failure = call.catch((error: unknown) => error);
  await sleep(30); // long enough to be among those that a deadline waits for
  await node.stop();
  expect(await failure).toBeInstanceOf(RequestRejectedError);
  expect(broker.parts.deadlines.size).toBe(0);
});

it('an endless Observable ends with the call that gave up on it: at its timeout, abort, or the stop', async () => {
  let running = 0;
  const counted = () =>
    new Observable((subscriber) => {
      running++;
      const inner = interval(5).subscribe(subscriber);
      return () => {
        running--;
        inner.unsubscribe();
      };
    });
  const { broker, node } = makeNode({ tracking: { shutdownTimeout: 20 } });
  await broker.createService({ name: 's', actions: { endless: counted } });
  await node.start();
  await expect(broker.call('s.endless', {}, { timeout: 20 })).rejects.toBeInstanceOf(RequestTimeoutError);
  await waitUntil('its end', () => running === 0 && broker.parts.localWork.count === 0);
  const control = new AbortController();
  const aborted = broker.call('s.endless', {}, { signal: control.signal });
  control.abort();
  await expect(aborted).rejects.toThrow();
  await waitUntil('its end', () => running === 0 && broker.parts.localWork.count === 0);
  const last = broker.call('s.endless').catch(() => undefined);
  await sleep(30);
  expect(running).toBe(1);
  await node.stop();
  await last;
  expect(running).toBe(0);
});
