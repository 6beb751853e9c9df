import { Inject, Injectable } from '@nestjs/common';
import type { ClientProxy } from '@nestjs/microservices';
import { firstValueFrom, timeout } from 'rxjs';
import { PLACE, PLACED, TOTAL } from './orders.controller.js';

@Injectable()
export class Gateway {
  constructor(@Inject('ORDERS') private readonly orders: ClientProxy) {}

  async order(item: string): Promise<string> {
    const placed = await firstValueFrom(this.orders.send<string>(PLACE, { item }));
    this.orders.emit(PLACED, { item });
    return placed;
  }

  total(prices: number[]): Promise<number> {
    return firstValueFrom(this.orders.send<number>(TOTAL, prices));
  }

  /** A pattern that nobody serves. */
  lost(): Promise<unknown> {
    return firstValueFrom(this.orders.send(`${PLACE}d-long-ago`, {}).pipe(timeout(500)));
  }
}
