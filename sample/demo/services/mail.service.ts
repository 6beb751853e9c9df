import { Context, Ctx, Event, Service } from 'nestjs-moleculer';
import { JournalService } from './journal.service.js';

/** Listens to all that happens in the shop. A group of its own: it takes no event away from the warehouses. */
@Service('mail')
export class MailService {
  constructor(private readonly journal: JournalService) {}

  @Event('shop.*', { group: 'mail' })
  onShop(@Ctx() ctx: Context): void {
    this.journal.note(ctx.eventName ?? '');
  }
}
