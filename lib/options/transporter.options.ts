import type { Transporter } from '../transporters/transporter.js';
import type { ClassOf } from './class-of.type.js';

/** Wires by name. Built in this version: `Redis` and `Memory`; the others are refused at start. */
export type TransporterName = 'Redis' | 'TCP' | 'NATS' | 'MQTT' | 'AMQP' | 'Memory';

/**
 * A URL (`redis://…`, `rediss://…`, `memory://hub`), a name, a name with the driver's options (in their place also a URL, or for
 * Redis a function that makes clients), or your own transporter. `null`: this process alone.
 */
export type TransporterOption =
  | (string & {})
  | TransporterName
  | { type: TransporterName | (string & {}); options?: object | string }
  | Transporter
  | ClassOf<Transporter>
  | null;
