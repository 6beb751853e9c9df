import { MoleculerClientError } from 'nestjs-moleculer';
import { firstValueFrom, timeout } from 'rxjs';
import { failureOf } from './answers.js';
import { inShort } from './errors.js';
import type { Scene } from './scene.js';
import type { Reservation } from '../services/stock.service.js';
import { interestIsKnown } from './streams.js';

/** `carrier` is no Nest application. It has been in the chapters before like all the others. */
export async function moleculer({ cluster, checks }: Scene): Promise<void> {
  const { broker } = cluster;

  const quote = await broker.call<{ price: number; by: string }>('carrier.quote', { kg: 4 });
  checks.check('Nest calls carrier.quote', quote.price === 12, `${quote.price}, by ${quote.by}`);

  const sent$ = broker.events<Reservation>('parcel.sent').pipe(timeout(10_000));
  const ship = async () => {
    await interestIsKnown(broker, ['carrier'], 'parcel.sent');
    return broker.call<Reservation>('carrier.ship', { item: 'lamp', count: 2 });
  };
  const [{ sender, payload }, shipped] = await Promise.all([firstValueFrom(sent$), ship()]);
  checks.check(
    'carrier.ship calls stock.reserve',
    shipped.count === 2 && ['north', 'south'].includes(shipped.warehouse),
    `${shipped.count} lamps, by the Nest node ${shipped.warehouse}`,
  );
  checks.check(
    'its event arrives as a stream',
    sender === 'carrier' && payload.warehouse === shipped.warehouse,
    `parcel.sent from ${sender}`,
  );

  const refused = await failureOf(broker.call<unknown>('carrier.ship', { item: 'chair', count: 9 }));
  checks.check(
    'an error goes through it',
    refused instanceof MoleculerClientError && refused.code === 409 && refused.type === 'OUT_OF_STOCK',
    inShort(refused),
  );
}
