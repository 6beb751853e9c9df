import { Action, Context, InjectService, Service, type ServiceClient } from 'nestjs-moleculer';

/** Another team's service; here only its calls are known. */
export interface PricingService {
  quote(params: { item: string }): { price: number; currency: string };
}

export interface Order {
  item: string;
  amount: number;
}

declare module 'nestjs-moleculer' {
  interface ActionTypes {
    'pricing.quote': PricingService['quote'];
    'shop.order': (params: Order) => Promise<{ total: number }>;
  }
  interface EventTypes {
    'shop.ordered': Order & { total: number };
  }
}

@Service('shop')
export class OrdersService {
  constructor(@InjectService('pricing') private readonly pricing: ServiceClient<PricingService>) {}

  @Action({ params: { item: 'string', amount: 'number|min:1' } })
  async order({ item, amount }: Order, ctx: Context): Promise<{ total: number }> {
    const { price } = await this.pricing.quote({ item });
    const total = price * amount;
    await ctx.emit('shop.ordered', { item, amount, total });
    return { total };
  }
}
