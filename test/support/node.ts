import type { SchedulerLike } from 'rxjs';
import { NoCacher } from '../../lib/cachers/no-cacher.js';
import {
  createBroker,
  createIdentity,
  createNode,
  createRegistry,
  createTransit,
} from '../../lib/moleculer.factories.js';
import type { MoleculerModuleOptions } from '../../lib/options/moleculer-module-options.interface.js';
import { resolveOptions } from '../../lib/options/resolve-options.js';
import { createSerializer } from '../../lib/serializers/create-serializer.js';
import { RoundRobinStrategy } from '../../lib/strategies/round-robin.strategy.js';
import { deferred } from '../../lib/time/deferred.js';
import { counterIds } from '../../lib/time/id-source.js';
import type { IdSource, Machine, RandomSource } from '../../lib/time/sources.js';
import { SystemMachine } from '../../lib/time/system-machine.js';
import { SystemScheduler } from '../../lib/time/system-scheduler.js';
import { createTransporter } from '../../lib/transporters/create-transporter.js';
import { FastestValidator } from '../../lib/validators/fastest.validator.js';

export interface NodeSetup {
  scheduler?: SchedulerLike;
  random?: RandomSource;
  ids?: IdSource;
  machine?: Machine;
}

/** A whole node without Nest: the same parts, put together by hand. */
export function makeNode(raw: MoleculerModuleOptions = {}, setup: NodeSetup = {}) {
  const options = resolveOptions(raw, () => undefined);
  const scheduler = setup.scheduler ?? new SystemScheduler();
  const random = setup.random ?? Math.random;
  const ids = setup.ids ?? counterIds();
  const machine = setup.machine ?? new SystemMachine();
  const identity = createIdentity(options, ids, machine);
  const transporter = createTransporter(options.transporter);
  const registry = createRegistry(options, identity, new RoundRobinStrategy(), scheduler, random);
  const transit = createTransit(
    options,
    identity,
    transporter,
    createSerializer(options.serializer),
    scheduler,
  );
  const ready = deferred();
  const validator = new FastestValidator();
  const common = { options, identity, registry, transit, scheduler, ids, machine, ready };
  const broker = createBroker({ ...common, validator, cacher: new NoCacher() });
  const node = createNode({ ...common, broker, transporter, random });
  return { broker, node, registry, transit, transporter };
}
