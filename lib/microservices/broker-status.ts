import {
  defer,
  distinctUntilChanged,
  endWith,
  EMPTY,
  filter,
  from,
  map,
  merge,
  mergeMap,
  Observable,
  of,
  Subscription,
} from 'rxjs';
import { SteadyLogger } from '../errors/steady-logger.js';
import type { ServiceBroker } from '../index.js';
import { noEventOfTheBroker } from '../messages/microservices.messages.js';

/** In the words of Nest's Redis transport. */
export type MoleculerStatus = 'connected' | 'reconnecting' | 'disconnected';

/** Events that a broker tells of itself (`$node.connected`, `$transporter.disconnected` …) by name. */
export type MoleculerEvents = Record<`$${string}`, (payload: unknown) => void>;

const STATUS: Partial<Record<ServiceBroker['state'], MoleculerStatus>> = {
  connected: 'connected',
  // It goes on trying until it stops.
  disconnected: 'reconnecting',
};

/** Begins with what is, tells of each change, and ends with `disconnected` when the broker stops. */
export function brokerStatus(broker: ServiceBroker): Observable<MoleculerStatus> {
  const connected = broker.events('$transporter.connected').pipe(map(() => 'connected' as const));
  const lost = broker.events<{ graceFul: boolean }>('$transporter.disconnected').pipe(
    // A stop tells of its end: nothing is tried any more.
    filter(({ payload }) => !payload.graceFul),
    map(() => 'reconnecting' as const),
  );
  const now = defer(() => {
    const status = STATUS[broker.state];
    return status === undefined ? EMPTY : of(status);
  });
  // Without a transporter nothing but this says that it has started.
  const started = defer(() => from(broker.ready.catch(() => undefined))).pipe(mergeMap(() => now));
  return merge(now, started, connected, lost).pipe(endWith('disconnected' as const), distinctUntilChanged());
}

/**
 * Calls back for each event of that name, until unsubscribed or the broker stops. Only what the broker tells of itself: the names that
 * drivers have (`error`, say) are warned of, and would else be events that any node may send.
 */
export function listenTo(
  broker: ServiceBroker,
  event: string,
  callback: (payload: unknown) => void,
): Subscription {
  if (event.startsWith('$'))
    return broker.events<unknown>(event).subscribe(({ payload }) => callback(payload));
  new SteadyLogger('Moleculer').warn(noEventOfTheBroker(event));
  return Subscription.EMPTY;
}
