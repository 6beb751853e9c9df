import {
  FastestValidator,
  JsonSerializer,
  NoCacher,
  RoundRobinStrategy,
  type MoleculerModuleOptions,
} from '../index.js';
import { type BrokerInputs, createIdentity, createRegistry, createTransit } from '../moleculer.factories.js';
import { resolveOptions } from '../options/resolve-options.js';
import { deferred } from '../time/deferred.js';
import { counterIds } from '../time/id-source.js';
import { systemRandom } from '../time/random-source.js';
import { SystemMachine } from '../time/system-machine.js';
import { SystemScheduler } from '../time/system-scheduler.js';

/** The parts of a broker without Nest, transporter and life: it knows nobody and waits for nothing. */
export function loneBroker(raw: MoleculerModuleOptions): BrokerInputs {
  const options = resolveOptions(raw, () => undefined);
  const scheduler = new SystemScheduler();
  const ids = counterIds();
  const machine = new SystemMachine();
  const identity = createIdentity(options, ids, machine);
  const strategy = new RoundRobinStrategy();
  return {
    options,
    identity,
    registry: createRegistry(options, identity, strategy, scheduler, systemRandom),
    transit: createTransit(options, identity, null, new JsonSerializer(), scheduler),
    validator: new FastestValidator(),
    cacher: new NoCacher(),
    scheduler,
    ids,
    machine,
    ready: deferred(),
  };
}
