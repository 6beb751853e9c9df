import { Inject } from '@nestjs/common';
import { wantClient } from './wanted.js';

/**
 * Injects a typed client of a service: `@InjectService('users') users: ServiceClient<UsersService>`. Nothing needs to be registered.
 * In lazily loaded modules use `broker.client()`.
 *
 * @param name Full name of the service, such as `'v2.users'`.
 * @param broker Name of the broker that calls. Default: the one without a name.
 * @publicApi
 */
export const InjectService = (name: string, broker?: string): ReturnType<typeof Inject> =>
  Inject(wantClient(name, broker));
