import { Logger } from '@nestjs/common';
import { beforeAll, expect, it } from 'vitest';
import { ServiceSchemaError } from '../../../lib/errors/service.error.js';
import { makeNode } from '../../support/node.js';

beforeAll(() => Logger.overrideLogger(false));

const handler = () => 1;

it.each([
  [{ actions: { a: { handler, fallback: () => 1 } } }, /service 's', action 'a'.*fallback/],
  [{ actions: { a: { handler, retryPolicy: { enabled: true } } } }, /action 'a'.*retryPolicy/],
  [{ actions: { a: { handler, bulkhead: { enabled: true } } } }, /action 'a'.*bulkhead/],
  [{ actions: { a: { handler, timeout: '1s' } } }, /action 'a'.*timeout/],
  [{ actions: { a: { handler, visibility: 'hidden' } } }, /action 'a'.*visibility/],
  [{ actions: { a: { handler, hooks: { before: handler } } } }, /action 'a': 'hooks' is not supported/],
  [{ events: { e: { handler, debounce: 100 } } }, /service 's', event 'e'.*debounce/],
  [{ hooks: { before: {} } }, /service 's': 'hooks' is not supported/],
])('createService refuses by name and place what it would not do: %j', async (part, message) => {
  const { broker } = makeNode();
  const made = broker.createService({ name: 's', ...part } as never);
  await expect(made).rejects.toBeInstanceOf(ServiceSchemaError);
  await expect(made).rejects.toThrow(message);
  expect(broker.registry.services({ skipInternal: true })).toEqual([]);
});
