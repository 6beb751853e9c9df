import { Module, type Type } from '@nestjs/common';
import { JournalService } from '../services/journal.service.js';
import { LedgerService } from '../services/ledger.service.js';
import { MailService } from '../services/mail.service.js';
import { ShopService } from '../services/shop.service.js';
import { StockService } from '../services/stock.service.js';

@Module({ providers: [ShopService] })
class ShopModule {}

@Module({ providers: [StockService, JournalService] })
class WarehouseModule {}

@Module({ providers: [LedgerService, MailService, JournalService] })
class OfficeModule {}

/** What the Nest nodes of the demo can be. */
export const ROLES = {
  shop: ShopModule,
  warehouse: WarehouseModule,
  office: OfficeModule,
} satisfies Record<string, Type>;

export type NestRole = keyof typeof ROLES;

/** `carrier` is the node that runs Moleculer.js. */
export type Role = NestRole | 'carrier';
