import { Action, Context, type ContractOf, Event, MoleculerClientError, Service } from 'nestjs-moleculer';
import { JournalService } from './journal.service.js';

export interface Item {
  item: string;
  count: number;
}

export interface Reservation extends Item {
  left: number;
  warehouse: string;
}

/** A warehouse. Several nodes serve it: calls are balanced between them, and of each sale one of them hears. */
@Service('stock')
export class StockService {
  private readonly shelf = new Map([
    ['lamp', 100],
    ['chair', 3],
  ]);

  constructor(private readonly journal: JournalService) {}

  @Action()
  level(params: { item: string }, ctx: Context): { left: number; warehouse: string } {
    return { left: this.left(params.item), warehouse: ctx.broker.nodeID };
  }

  @Action({ params: { item: 'string', count: 'number|integer|positive' } })
  async reserve({ item, count }: Item, ctx: Context): Promise<Reservation> {
    const left = this.left(item) - count;
    if (left < 0) {
      const data = { item, left: this.left(item) };
      throw new MoleculerClientError(`Not that many: ${item}`, 409, 'OUT_OF_STOCK', data);
    }
    this.shelf.set(item, left);
    const reservation = { item, count, left, warehouse: ctx.broker.nodeID };
    await ctx.emit('stock.reserved', reservation);
    return reservation;
  }

  @Event('shop.sold')
  onSold(): void {
    this.journal.note('shop.sold');
  }

  @Event('shop.opened')
  onOpened(): void {
    this.journal.note('shop.opened');
  }

  private left(item: string): number {
    return this.shelf.get(item) ?? 0;
  }
}

declare module 'nestjs-moleculer' {
  interface ActionTypes extends ContractOf<StockService, 'stock', 'level' | 'reserve'> {}
  interface EventTypes {
    'stock.reserved': Reservation;
  }
}
