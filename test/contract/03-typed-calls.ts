import { Injectable } from '@nestjs/common';
import { Action, Context, InjectService, Service, ServiceBroker, Event, Payload } from 'nestjs-moleculer';
import type { ServiceClient, EventMessage, ContractOf } from 'nestjs-moleculer';
import type { User, UsersService } from './02-users.js';
@Service('orders')
export class OrdersService {
  constructor(
    private readonly broker: ServiceBroker,
    @InjectService('users') private readonly users: ServiceClient<UsersService>,
  ) {}
  @Action() async create(params: { userId: string }, ctx: Context) {
    const u = await this.broker.call('users.get', { id: params.userId });
    u.name;
    const u2 = await ctx.call('users.get', { id: '1' }, { timeout: 100 });
    u2.createdAt;
    const l = await this.broker.call('users.list');
    l[0]?.name;
    const f = await this.broker.call('users.find');
    f.name;
    const x = await this.broker.call('legacy.thing', { any: 1 });
    // @ts-expect-error TS18046 unknown
    x.foo;
    const y = await this.broker.call<User>('legacy.thing', { any: 1 });
    y.name;
    const y2 = await this.broker.call<User, { any: number }>('legacy.thing', { any: 1 });
    y2.name;
    const y3 = await this.broker.call<any>('legacy.thing');
    y3.foo;
    const name: string = 'a.b';
    const z: unknown = await this.broker.call(name, {});
    // @ts-expect-error TS2769 wrong params
    await this.broker.call('users.get', { id: 1 });
    // @ts-expect-error TS2345 missing params
    await this.broker.call('users.get');
    // @ts-expect-error TS2739 TS2769 wrong params, contextual return
    const w: User = await this.broker.call('users.get', { id: 1 });
    const via = await this.users.get({ id: 'x' }, { retries: 1 });
    via.name;
    // @ts-expect-error TS2322
    await this.users.get({ id: 1 });
    const c = this.broker.client<UsersService>('users');
    const n: number = await c.swapped({ id: 1 });
    const [a, b] = await this.broker.mcall([
      { action: 'users.get', params: { id: '1' } },
      { action: 'users.list' },
    ]);
    a.name;
    b[0]?.name;
    const o = await this.broker.mcall(
      { one: { action: 'users.get', params: { id: '1' } }, two: { action: 'x.y' } },
      { settled: true },
    );
    if (o.one.status === 'fulfilled') o.one.value.name;
    await this.broker.emit('user.created', u);
    await this.broker.emit('clock.tick');
    await this.broker.emit('other', 1);
    // @ts-expect-error TS2322
    await this.broker.emit('user.created', { id: 1 });
    this.broker.events('user.*').subscribe((m) => {
      m.payload;
    });
    this.broker.events('user.created').subscribe((m) => {
      m.payload.createdAt;
    });
    this.broker.events<{ z: 1 }>('zzz.*').subscribe((m) => {
      m.payload.z;
    });
    this.broker.events('order.**').subscribe((m) => {
      m.payload.n;
    });
    this.broker.events('zzz.*').subscribe((m) => {
      // @ts-expect-error TS18046 no known event matches: the payload is unknown
      m.payload.z;
    });
    return u;
  }
  @Event('user.created') ok(@Payload() user: User) {}
  @Event('user.created') ok2(@Payload('id') id: string) {}
  // @ts-expect-error TS1241 number id
  @Event('user.created') bad(user: { id: number }) {}
  @Event('user.*') star(user: User | { id: string } | undefined) {}
}
declare module 'nestjs-moleculer' {
  interface ActionTypes extends ContractOf<OrdersService, 'orders'> {}
}
