import { EventPattern } from '@nestjs/microservices';
import { expect } from 'vitest';
import type { ServiceBroker } from '../../../lib/broker/service-broker.js';

/** The types of `EventPattern` want each handler to take data, of type `{}`. */
export const OnEvent = EventPattern as (pattern: unknown, extras?: object) => MethodDecorator;

/** What a call fails with. */
export const failure = (
  broker: ServiceBroker,
  action: string,
  params?: unknown,
  opts?: object,
): Promise<any> =>
  broker.call<unknown>(action, params, opts).then(
    (value) => expect.unreachable(`answered ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
