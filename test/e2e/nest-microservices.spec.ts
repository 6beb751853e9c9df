import { type INestMicroservice, Logger } from '@nestjs/common';
import { type ClientProxy } from '@nestjs/microservices';
import { firstValueFrom, timeout, TimeoutError } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { uniqueNamespace } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';
import { seen } from './nest-microservices-app.fixture.js';
import { CONTENDERS } from './nest-microservices.fixture.js';

/**
 * What Nest documents of its Redis transport, as one list for it and for us: the same application, the same client code. Where ours
 * differs on purpose is in bridge-comparison.spec.ts.
 */

beforeAll(() => Logger.overrideLogger(false));
beforeEach(() => void (seen.length = 0));

describe.each(CONTENDERS)('$title', ({ start }) => {
  const name = uniqueNamespace('bridge');
  let client: ClientProxy;
  let server: INestMicroservice;
  let close: () => Promise<void>;
  const ask = <R = any>(pattern: unknown, data: unknown = {}): Promise<R> =>
    firstValueFrom(client.send<R>(pattern, data));
  const refused = (pattern: unknown, data: unknown = {}): Promise<any> =>
    ask(pattern, data).then(
      (value) => expect.unreachable(`answered ${JSON.stringify(value)}`),
      (error: unknown) => error,
    );

  beforeAll(async () => {
    ({ server, client, close } = await start(name));
    await client.connect();
  });
  afterAll(() => close());

  describe('requests', () => {
    it('a text as pattern; the handler answers at once', async () => {
      expect(await ask(`${name}.sum`, [1, 2, 3])).toBe(6);
    });
    it('an object as pattern, its keys in any order; the handler answers with a promise', async () => {
      expect(await ask({ of: name, cmd: 'difference' }, [5, 3])).toBe(2);
    });
    it('the handler answers with an Observable', async () => {
      expect(await ask(`${name}.later`, 'tea')).toBe('tea');
    });
    it('one handler may have several patterns', async () => {
      expect([await ask(`${name}.first-name`), await ask(`${name}.second-name`)]).toEqual([
        'either',
        'either',
      ]);
    });
    it('parts of the payload, and what is injected', async () => {
      expect(await ask(`${name}.price`, { item: 'four' })).toBe(4);
    });
    it('answers complete after their one value', async () => {
      const values: unknown[] = [];
      await new Promise<void>((complete, error) =>
        client.send(`${name}.sum`, [1]).subscribe({ next: (value) => values.push(value), error, complete }),
      );
      expect(values).toEqual([1]);
    });
    it('send does nothing until it is subscribed to, and sends for each subscriber', async () => {
      const counted = client.send<number>(`${name}.count`, {});
      await ask(`${name}.sum`, []);
      expect(seen).toEqual([]);
      await firstValueFrom(counted);
      await firstValueFrom(counted);
      expect(seen).toEqual(['count', 'count']);
    });
    it('the timeout operator ends the wait', async () => {
      const answer = firstValueFrom(client.send(`${name}.never`, {}).pipe(timeout(20)));
      await expect(answer).rejects.toBeInstanceOf(TimeoutError);
    });
    it('neither pattern nor data may be missing', async () => {
      for (const [pattern, data] of [
        [null, {}],
        [`${name}.sum`, undefined],
      ]) {
        await expect(firstValueFrom(client.send(pattern, data))).rejects.toThrow(
          /invalid data or message pattern/,
        );
        await expect(firstValueFrom(client.emit(pattern, data))).rejects.toThrow(
          /invalid data or message pattern/,
        );
      }
    });
    it('handlers of another transport are not served', () => {
      const patterns = [...(server as any).serverInstance.getHandlers().keys()] as string[];
      expect(patterns).toContain(`${name}.sum`);
      expect(patterns).not.toContain(`${name}.tcp`);
    });
  });

  describe('enhancers', () => {
    it('pipes of a parameter and of a method; the context', async () => {
      expect(await ask(`${name}.piped`, { n: '7' })).toEqual({ n: 7, type: 'number', ctx: 'object' });
      expect(await ask(`${name}.trimmed`, '  a ')).toBe('a');
    });
    it('a guard that lets in, and one that refuses', async () => {
      expect(await ask(`${name}.guarded`, { role: 'admin' })).toBe('let in');
      // The global filter gives its text alone.
      const error = await refused(`${name}.guarded`, { role: 'guest' });
      expect(error.message ?? error).toBe('Forbidden resource');
      expect(seen).toEqual(['guard rpc', 'guard rpc']);
    });
    it('interceptors', async () => {
      expect(await ask(`${name}.doubled`, 4)).toBe(8);
      expect(seen).toEqual(['before', 'handler']);
    });
    it('filters, for what is thrown and for what an Observable fails with', async () => {
      expect(await refused(`${name}.buy`, { item: 'tea' })).toMatchObject({ message: 'no tea' });
      expect(await refused(`${name}.buy-later`, { item: 'later' })).toMatchObject({ message: 'no tea' });
      expect(seen).toEqual(['filter tea', 'filter later']);
    });
    it('a global filter, and RpcException', async () => {
      expect(await refused(`${name}.rpc`)).toMatchObject({ message: 'invalid credentials' });
    });
    it('request scope: an instance for each request, with its context', async () => {
      const [one, two] = [await ask(`${name}.scoped`, { id: 1 }), await ask(`${name}.scoped`, { id: 2 })];
      expect(one).toMatchObject({ id: 1, pattern: `${name}.scoped` });
      expect(two).toMatchObject({ id: 2 });
      expect(two.number).not.toBe(one.number);
    });
  });

  describe('events', () => {
    it('emit sends without a subscriber; all handlers of an event get it', async () => {
      client.emit(`${name}.happened`, { id: 1 });
      await waitUntil('both handlers', () => seen.length >= 2);
      expect(seen.sort()).toEqual(['mails 1', 'sums 1']);
    });
    it('completes when the event was sent', async () => {
      await new Promise<void>((complete, error) =>
        client.emit({ of: name, event: 'other' }, { id: 2 }).subscribe({ complete, error }),
      );
      await waitUntil('the handler', () => seen.includes('other 2'));
    });
    it('an Observable that a handler returns is run', async () => {
      client.emit(`${name}.observed`, {});
      await waitUntil('its values', () => seen.includes('value 3'));
      expect(seen).toEqual(['observed', 'value 1', 'value 2', 'value 3']);
    });
    it('a pattern with a wildcard hears all of them, and no others', async () => {
      client.emit(`${name}.orders.placed`, { id: 1 });
      client.emit(`${name}.others.placed`, { id: 2 });
      client.emit(`${name}.orders.paid`, { id: 3 });
      await waitUntil('the last one', () => seen.includes('order 3'));
      expect(seen).toEqual(['order 1', 'order 3']);
    });
    it('a handler that fails harms nothing', async () => {
      client.emit(`${name}.failing`, {});
      await waitUntil('the failure', () => seen.includes('failing'));
      expect(await ask(`${name}.sum`, [1])).toBe(1);
    });
  });

  describe('connections', () => {
    it('status of server and client', async () => {
      expect(await firstValueFrom(server.status)).toBe('connected');
      expect(await firstValueFrom(client.status)).toBe('connected');
    });
    it('what is behind them', () => {
      expect(server.unwrap<object>()).toBeTypeOf('object');
      expect(client.unwrap<object>()).toBeTypeOf('object');
    });
  });
});
