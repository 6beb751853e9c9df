import {
  defer,
  distinctUntilChanged,
  endWith,
  EMPTY,
  from,
  map,
  merge,
  mergeMap,
  Observable,
  of,
} from 'rxjs';
import type { ServiceBroker } from '../index.js';

/** In the words of Nest's Redis transport. */
export type MoleculerStatus = 'connected' | 'reconnecting' | 'disconnected';

/** Events that a broker tells of itself (`$node.connected`, `$transporter.disconnected` …) by name. */
export type MoleculerEvents = Record<`$${string}`, (payload: unknown) => void>;

/** Begins with what is, tells of each change, and ends with `disconnected` when the broker stops. */
export function brokerStatus(broker: ServiceBroker): Observable<MoleculerStatus> {
  const told = (event: string, status: MoleculerStatus) =>
    broker.events<unknown>(event).pipe(map(() => status));
  const now = defer(() => (broker.state === 'connected' ? of('connected' as const) : EMPTY));
  // Without a transporter nothing but this says that it has started.
  const started = defer(() => from(broker.ready.catch(() => undefined))).pipe(mergeMap(() => now));
  return merge(
    now,
    started,
    told('$transporter.connected', 'connected'),
    told('$transporter.disconnected', 'reconnecting'),
  ).pipe(endWith('disconnected' as const), distinctUntilChanged());
}

/** Calls back for each event of that name, until unsubscribed or the broker stops. */
export const listenTo = (broker: ServiceBroker, event: string, callback: (payload: unknown) => void) =>
  broker.events<unknown>(event).subscribe(({ payload }) => callback(payload));
