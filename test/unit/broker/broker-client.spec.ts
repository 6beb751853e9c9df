import { describe, expect, it, vi } from 'vitest';
import { NOT_ACTIONS } from '../../../lib/context/not-actions.js';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

recordLogs();
const cluster = eachCluster();
const alone = (options = {}) => cluster().started({ nodeID: 'me', transporter: null, ...options });

describe('client()', () => {
  it('calls actions by method, and can be injected and awaited', async () => {
    const { broker } = await alone();
    await broker.createService({
      name: 'math',
      version: 2,
      actions: { add: (ctx) => [ctx.params, ctx.meta['m']] },
    });
    const client = broker.client<{ add(params: { a: number }): unknown[] }>('v2.math');
    await expect(client.add({ a: 1 }, { meta: { m: 2 } })).resolves.toEqual([{ a: 1 }, 2]);
    expect(await Promise.resolve(client)).toBe(client);
    const any = client as unknown as Record<string | symbol, unknown>;
    for (const key of [...NOT_ACTIONS, Symbol.iterator]) expect(any[key]).toBeUndefined();
    expect(any['add']).toBe(any['add']);
    expect('add' in client).toBe(true);
    expect('then' in client).toBe(false);
  });

  it('can be compared in tests: no matcher is looked for by a call', async () => {
    const { broker } = await alone();
    const called = vi.fn();
    await broker.createService({ name: 'users', actions: { asymmetricMatch: called } });
    expect(() => expect({ users: broker.client('users') }).toEqual({ users: 1 })).toThrow();
    expect(called).not.toHaveBeenCalled();
  });
});
