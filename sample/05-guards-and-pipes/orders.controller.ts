import { Controller, Get, Param } from '@nestjs/common';
import { ServiceBroker } from 'nestjs-moleculer';
import { type Identity, User } from './identity.js';

/** Knows who asks by its guard, and says so to the action: meta travels with the call. */
@Controller('orders')
export class OrdersController {
  constructor(private readonly broker: ServiceBroker) {}

  @Get(':id')
  get(@Param('id') id: string, @User() user: Identity): Promise<unknown> {
    return this.broker.call('orders.get', { id }, { meta: { user } });
  }
}
