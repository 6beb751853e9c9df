import { ConflictException, Controller } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';

/** Nest's Redis transport knows no namespaces: others on this Redis shall not hear us. */
const shop = `shop-${process.pid}`;

export const PLACE = `${shop}.place`;
export const PLACED = `${shop}.placed`;
export const TOTAL = { cmd: 'total', of: shop };

/** What this process has done, whichever instance it was. */
export const done = { placed: 0, mailed: 0 };

@Controller()
export class OrdersController {
  @MessagePattern(PLACE)
  place(@Payload() { item }: { item: string }): string {
    if (item === 'anvil') throw new ConflictException('out of stock');
    done.placed++;
    return `one ${item}`;
  }

  @MessagePattern(TOTAL)
  total(@Payload() prices: number[]): number {
    return prices.reduce((sum, price) => sum + price, 0);
  }

  @EventPattern(PLACED)
  mail(@Payload() _order: object, @Ctx() _context: unknown): void {
    done.mailed++;
  }
}
