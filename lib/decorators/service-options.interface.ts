import type { Scope } from '@nestjs/common';
import type { ServiceDependency } from '../options/service-dependency.type.js';

/** Options of `@Service`; Moleculer's service schema, less what a class says itself. Open for merging. */
export interface ServiceOptions {
  /** Default: the class name less `Service` or `Controller`, in camelCase. */
  name?: string;
  /** `2` makes `v2.users`, `'staging'` makes `staging.users`. */
  version?: string | number;
  /**
   * Announced, less what `$secureSettings` names. `$noVersionPrefix` and `$noServiceNamePrefix` shape the names of actions,
   * `$dependencyTimeout` (ms) bounds the wait for `dependencies`.
   */
  settings?: Record<string, unknown>;
  /** Announced as it is. */
  metadata?: Record<string, unknown>;
  /** The service is announced when these are there. */
  dependencies?: ServiceDependency | ServiceDependency[];
  /** Name of the broker that serves it. Default: the one without a name. */
  broker?: string;
  /** As in `@Injectable`. What `@Injectable` or `@Controller` say stays. */
  scope?: Scope;
  /** As in `@Injectable`. */
  durable?: boolean;
}
