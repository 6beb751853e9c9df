import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RequestSkippedError, RequestTimeoutError } from '../../lib/errors/request.error.js';
import { Cluster, VERSIONS, type OwnNode } from '../support/cluster.js';
import type { Peer } from '../support/peer.js';
import { waitUntil } from '../support/wait-until.js';

describe.each(VERSIONS)('timeouts with Moleculer 0.$version', ({ version }) => {
  let cluster: Cluster;
  let own: OwnNode;
  let peer: Peer;

  beforeAll(async () => {
    cluster = new Cluster({ label: 'timeouts', version });
    [own, peer] = await Promise.all([cluster.own(), cluster.peer()]);
    await Promise.all([own.broker.waitForServices(['slow', 'echo'], 60_000), peer.waitForServices('own')]);
  });
  afterAll(() => cluster.close());

  /** ms; never before their time, but for the fractions that a timer does not know. */
  const timed = async <T>(work: Promise<T>): Promise<[T, number]> => {
    const start = performance.now();
    return [await work, Math.ceil(performance.now() - start) + 1];
  };

  it('our call ends with 504 when a Moleculer node does not answer in time', async () => {
    // Stopped: it watches the limit as well, and may else be the first to say so.
    await peer.kill('SIGSTOP');
    const call = timed(own.failure('slow.sleep', { ms: 1 }, { timeout: 150 }));
    const [error, ms] = await call.finally(() => peer.kill('SIGCONT'));
    expect(error).toBeInstanceOf(RequestTimeoutError);
    expect(error).toMatchObject({
      code: 504,
      retryable: true,
      data: { action: 'slow.sleep', nodeID: peer.nodeID },
    });
    expect(ms).toBeGreaterThanOrEqual(150);
    expect(own.pending).toBe(0);
  });

  it('its call ends with 504 when we do not answer in time', async () => {
    const { error } = await peer.outcome('own.sleep', { ms: 5000 }, { timeout: 150 });
    expect(error).toMatchObject({
      class: 'RequestTimeoutError',
      code: 504,
      data: { action: 'own.sleep' },
    });
    // Who serves watches the limit as well, and names the caller: the first of both to notice.
    expect([own.nodeID, peer.nodeID]).toContain(error!.data.nodeID);
  });

  it('the limit of an action is kept by whoever calls it', async () => {
    const [error, ms] = await timed(own.failure('slow.limited', { ms: 10_000 }));
    expect(error).toMatchObject({ code: 504, data: { action: 'slow.limited' } });
    expect(ms).toBeGreaterThanOrEqual(300);
    expect((await peer.outcome('own.limited', { ms: 3000 })).error).toMatchObject({
      code: 504,
      data: { action: 'own.limited' },
    });
  });

  it.each([0, 20_000])('a call with timeout %i overrules the limit of the action', async (timeout) => {
    const [[, ms], back] = await Promise.all([
      timed(own.call('slow.limited', {}, { timeout })),
      peer.call('own.limited', {}, { timeout }),
    ]);
    expect(ms).toBeGreaterThanOrEqual(950);
    expect(back).toBe('done');
  });

  it('handlers are told the timeout', async () => {
    expect(await own.call('slow.sleep', { ms: 1 }, { timeout: 23_456 })).toEqual({ timeout: 23_456 });
    expect(await peer.call('own.sleep', { ms: 1 }, { timeout: 23_456 })).toEqual({ timeout: 23_456 });
    expect(await own.call('slow.sleep', { ms: 1 })).toEqual({ timeout: 30_000 });
  });

  it('a nested call gets what is left of the time', async () => {
    const params = { before: 200, params: {} };
    const ours = await own.call('slow.chain', { ...params, action: 'own.context' }, { timeout: 50_000 });
    const theirs = await peer.call('own.chain', { ...params, action: 'echo.context' }, { timeout: 50_000 });
    for (const left of [ours.result.timeout, theirs.timeout]) {
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(49_801);
    }
  });

  it('where nothing is left a nested call is skipped: 514, and nothing is sent', async () => {
    const before = own.seen.runs['context'] ?? 0;
    const params = { before: 2000, params: {} };
    expect(
      await own.failure('slow.chain', { ...params, action: 'own.context' }, { timeout: 100 }),
    ).toMatchObject({
      code: 504,
    });
    const outcome = await peer.outcome('own.chain', { ...params, action: 'echo.context' }, { timeout: 100 });
    expect(outcome.error).toMatchObject({ code: 504 });
    const error = await waitUntil('the nested call', () => own.seen.nestedErrors[0]);
    expect(error).toBeInstanceOf(RequestSkippedError);
    expect(error).toMatchObject({
      code: 514,
      retryable: false,
      data: { action: 'echo.context', nodeID: peer.nodeID },
    });
    // Its own chain has come to its end as well by now: a later call on the same way shows it.
    await own.call('slow.sleep', { ms: 300 });
    expect(own.seen.runs['context'] ?? 0).toBe(before);
  });

  it('514 of a Moleculer node arrives as it is', async () => {
    const error = await own.failure('fail.skipped');
    expect(error).toBeInstanceOf(RequestSkippedError);
    expect(error.code).toBe(514);
  });

  it('answers that come too late are nobody’s', async () => {
    await own.failure('slow.sleep', { ms: 1500 }, { timeout: 50 });
    await own.call('slow.sleep', { ms: 1600 });
    expect(own.pending).toBe(0);
    expect(await own.call('greeter.hello', {})).toBe('Hello Moleculer');
  });
});
