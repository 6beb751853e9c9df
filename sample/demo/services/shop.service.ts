import { Action, Context, type ContractOf, Service } from 'nestjs-moleculer';
import type { Item } from './stock.service.js';

export interface Sale extends Item {
  total: number;
  warehouse: string;
}

const PRICES: Readonly<Record<string, number>> = { lamp: 40, chair: 90 };

/** Sells what a warehouse has. It knows no warehouse, only the name of the action. */
@Service('shop')
export class ShopService {
  @Action({ params: { item: 'string', count: 'number|integer|positive' } })
  async sell({ item, count }: Item, ctx: Context): Promise<Sale> {
    // A child call: meta, request ID and the time that is left go along. Its error, if any, is the answer to our caller.
    const { warehouse } = await ctx.call('stock.reserve', { item, count });
    const sale = { item, count, total: count * (PRICES[item] ?? 0), warehouse };
    await ctx.emit('shop.sold', sale);
    return sale;
  }
}

declare module 'nestjs-moleculer' {
  interface ActionTypes extends ContractOf<ShopService, 'shop'> {}
  interface EventTypes {
    'shop.sold': Sale;
    'shop.opened': { hour: number };
  }
}
