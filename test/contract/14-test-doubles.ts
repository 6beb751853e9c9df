import { of } from 'rxjs';
import type { Context, ServiceBroker } from 'nestjs-moleculer';
import {
  type BrokerGroup,
  type BrokerStub,
  captureEvents,
  createBrokerStub,
  mockAction,
  UnmockedActionError,
} from 'nestjs-moleculer/testing';
import type { INestApplication } from '@nestjs/common';
import type { UsersService } from './02-users.js';

export async function doubles(broker: ServiceBroker, app: INestApplication, cluster: BrokerGroup) {
  const get = mockAction('users.get').on(broker).on(app).on(cluster);
  // Whole results, parts of them, handlers, promises, Observables.
  get.returns({ id: '1', name: 'Ada', createdAt: new Date() });
  get.returns({ name: 'Ada' });
  get.returns(({ id }, ctx) => ({ id, name: ctx.requestID }));
  get.returns(async (params: { id: string }, ctx: Context) => ({ id: params.id + ctx.id }));
  get.returns(() => of({ id: '1' }));
  get.rejects(new UnmockedActionError('no', { action: 'users.get' }));
  const ids: string[] = get.calls.map(({ params }) => params.id);
  mockAction('users.list').returns([{ id: '1' }, {}]);
  // @ts-expect-error TS2322 a number is no id
  get.returns({ id: 1 });
  // @ts-expect-error TS2353 users have no age
  get.returns({ age: 1 });
  // @ts-expect-error TS2554 a user is not nothing
  get.returns();
  // @ts-expect-error TS2345 a number is no id
  get.returns(() => ({ id: 1 }));
  // @ts-expect-error TS2353 a list is wanted
  mockAction('users.list').returns({ id: '1' });
  // @ts-expect-error TS2339 params have no such key
  get.calls[0].params.nobody;
  // @ts-expect-error TS2345 no broker in it
  get.on({});

  // Names that are not in ActionTypes.
  mockAction('nobody.knows').returns();
  mockAction('nobody.knows').returns(5).returns('x').returns(null).returns([1]);
  mockAction('nobody.knows').returns((params, ctx) => [params, ctx.meta]);

  const stub: BrokerStub = createBrokerStub({ nodeID: 'here' });
  const asBroker: ServiceBroker = stub;
  stub.when('users.get').reply({ id: '1' }).rejects(new Error('no'));
  // @ts-expect-error TS2322 a number is no id
  stub.when('users.get').reply({ id: 1 });
  await stub.client<UsersService>('users').get({ id: '1' }, { meta: { tenant: 'a' } });
  const ctx: Context<{ id: string }> = stub.context({ params: { id: '1' }, meta: { tenant: 'a' } });

  const events = captureEvents(stub, 'user.*');
  const created = await events.next('user.created', 100);
  const name: string = created.payload.name;
  // @ts-expect-error TS2339 users have no age
  created.payload.age;
  const payloads: unknown[] = events.of('some.event').map(({ payload }) => payload);
  return [ids, asBroker, ctx, name, payloads, events.all, stub.emitted, stub.calls];
}
