import type { SchedulerLike } from 'rxjs';
import type { ServiceBroker } from './broker/service-broker.js';
import type { IdSource, Machine, RandomSource } from './time/sources.js';
import type { Transporter } from './transporters/transporter.js';

/**
 * What a test cluster puts in the place of the world: provided by a global module around the application, so that no test framework
 * is needed to override anything. The name is the broker's, undefined for the default one.
 *
 * @internal
 */
export interface SimulatedParts {
  readonly scheduler: SchedulerLike;
  readonly machine: Machine;
  random(broker: string | undefined): RandomSource;
  ids(broker: string | undefined): IdSource;
  /** undefined: as the options say. */
  nodeID(broker: string | undefined): string | undefined;
  /** Called once for each broker, whatever transporter its options name. */
  transporter(nodeID: string): Transporter;
  /** Called with each broker before it starts. */
  made(broker: ServiceBroker): void;
}
