import { Controller, Get } from '@nestjs/common';
import { Action, Service, ServiceBroker } from 'nestjs-moleculer';

/** Served by a node of its own. */
@Service('catalogue')
export class CatalogueService {
  @Action() items(): string[] {
    return ['lamp', 'desk'];
  }
}

/** The gateway, which calls it. */
@Controller('items')
export class ItemsController {
  constructor(private readonly broker: ServiceBroker) {}

  @Get()
  items(): Promise<string[]> {
    return this.broker.call<string[]>('catalogue.items');
  }
}
