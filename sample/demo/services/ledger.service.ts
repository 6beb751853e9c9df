import type { OnModuleInit } from '@nestjs/common';
import { Action, type ContractOf, type EventMessage, EventStream, Service } from 'nestjs-moleculer';
import { type Observable, scan } from 'rxjs';
import type { Sale } from './shop.service.js';

export interface Turnover {
  sales: number;
  total: number;
}

/** Adds up all sales of the cluster: an event as an RxJS stream, for as long as the node lives. */
@Service('ledger')
export class LedgerService implements OnModuleInit {
  @EventStream('shop.sold') private readonly sold$!: Observable<EventMessage<Sale>>;

  private sum: Turnover = { sales: 0, total: 0 };

  onModuleInit(): void {
    this.sold$
      .pipe(
        scan(
          ({ sales, total }, { payload }) => ({ sales: sales + 1, total: total + payload.total }),
          this.sum,
        ),
      )
      .subscribe((sum) => (this.sum = sum));
  }

  @Action()
  turnover(): Turnover {
    return this.sum;
  }
}

declare module 'nestjs-moleculer' {
  interface ActionTypes extends ContractOf<LedgerService, 'ledger'> {}
}
