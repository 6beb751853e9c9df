import {
  Action,
  Context,
  Event,
  InjectService,
  Params,
  Payload,
  Service,
  ServiceBroker,
} from 'nestjs-moleculer';
import type { CallDef, ContractOf, ServiceClient } from 'nestjs-moleculer';
import { of, type Observable } from 'rxjs';

interface Item {
  id: string;
  tags: string[];
}
abstract class Crud<T> {
  abstract get(params: { id: string }): Promise<T>;
  all(params?: { tags: string[] }): T[] {
    return [];
  }
}
@Service({ name: 'items', version: 1 })
export class ItemsService extends Crud<Item> {
  constructor(@InjectService('v1.carts') private readonly carts: ServiceClient<CartsService>) {
    super();
  }
  /** Calls the service that calls this one; the results are written out. */
  @Action() async get(params: { id: string }): Promise<Item> {
    const cart = await this.carts.of({ item: params.id });
    return { id: params.id, tags: [cart.owner] };
  }
  @Action() watch(params: { id: string }): Observable<Item> {
    return of();
  }
  @Action() pick(@Params('id') id: string): string {
    return id;
  }
  onModuleInit() {}
}
@Service({ name: 'carts', version: 1 })
export class CartsService {
  constructor(private readonly broker: ServiceBroker) {}
  @Action() async of(params: { item: string }, ctx: Context): Promise<{ owner: string; items: Item[] }> {
    const item: Item = await ctx.call('v1.items.get', { id: params.item });
    return { owner: 'x', items: [item] };
  }
  @Event('cart.*') onCart(@Payload() payload: { id: string } | { total: number }) {}
}
declare module 'nestjs-moleculer' {
  // Several services may be merged in one place or in many; a method may be left out.
  interface ActionTypes
    extends
      ContractOf<ItemsService, 'v1.items', 'get' | 'all' | 'watch' | 'pick'>,
      ContractOf<CartsService, 'v1.carts'> {
    'py.total': (params: { values: number[] }) => number;
    'py.now': () => string;
  }
  interface EventTypes {
    'cart.opened': { id: string };
    'cart.paid': { total: number };
    'cart.closed.late': undefined;
  }
}

declare const broker: ServiceBroker;
declare const ctx: Context;
export async function inferred() {
  const all: Item[] = await broker.call('v1.items.all');
  const some: Item[] = await broker.call('v1.items.all', { tags: ['a'] }, { timeout: 5 });
  const watched: Item = await ctx.call('v1.items.watch', { id: '1' });
  const [item, sum, other] = await broker.mcall([
    { action: 'v1.items.get', params: { id: '1' } },
    { action: 'py.total', params: { values: [1, 2] }, options: { timeout: 5 } },
    { action: 'nobody.knows', params: 5 },
  ]);
  const texts: string[] = [item.id, ...item.tags, sum.toFixed()];
  // @ts-expect-error TS2322
  const known: string = other;
  const named = await ctx.mcall(
    { now: { action: 'py.now' }, all: { action: 'v1.items.all' } },
    { settled: true },
  );
  if (named.now.status === 'fulfilled' && named.all.status === 'fulfilled') {
    texts.push(named.now.value, ...named.all.value.map(({ id }) => id));
  }
  // What is made at run time stays as free as it was.
  const made: CallDef[] = [1, 2].map((id) => ({ action: `v${id}.x`, params: { id } }));
  const results: unknown[] = await broker.mcall(made);
  const alike = await broker.mcall(
    ['1', '2'].map((id) => ({ action: 'v1.items.get' as const, params: { id } })),
  );
  texts.push(...alike.map(({ id }) => id));

  const client = broker.client<ItemsService>('v1.items');
  const got: Item = await client.get({ id: '1' });
  const inherited: Item[] = await client.all();
  // @ts-expect-error TS2345 takes one property
  await client.pick('1');
  // @ts-expect-error TS2769 takes one property
  await broker.call('v1.items.pick', { id: '1' });
  // @ts-expect-error TS2339 a hook of Nest
  client.onModuleInit;
  // @ts-expect-error TS2339 a private property
  client.carts;

  await broker.emit('cart.opened', { id: '1' });
  await ctx.broadcast('cart.closed.late');
  broker.events('cart.*').subscribe(({ payload }) => {
    const either: { id: string } | { total: number } = payload;
  });
  broker.events('cart.**').subscribe(({ payload }) => {
    const any: { id: string } | { total: number } | undefined = payload;
  });
}
