import { BrokerOptionsError } from '../errors/broker.error.js';
import {
  transporterNotBuilt,
  transporterUnknown,
  transporterWrongType,
} from '../messages/transporters.messages.js';
import type { ClassOf } from '../options/class-of.type.js';
import type { TransporterChoice } from '../options/resolved-options.js';
import { nearestNames } from '../options/rules/did-you-mean.js';
import type { TransporterOption } from '../options/transporter.options.js';
import { MemoryTransporter, type MemoryTransporterOptions } from './memory/memory.transporter.js';
import { NullTransporter } from './null.transporter.js';
import type { RedisClientFactory, RedisTransporterOptions } from './redis/redis-options.js';
import { RedisTransporter } from './redis/redis.transporter.js';
import { Transporter } from './transporter.js';

const BUILT = ['Redis', 'Memory'];
/** Moleculer's other names. */
const NOT_BUILT = ['TCP', 'NATS', 'MQTT', 'AMQP', 'AMQP10', 'Kafka', 'Fake'];

const SCHEMES: Readonly<Record<string, string>> = {
  redis: 'Redis',
  rediss: 'Redis',
  memory: 'Memory',
  nats: 'NATS',
  mqtt: 'MQTT',
  mqtts: 'MQTT',
  amqp: 'AMQP',
  amqps: 'AMQP',
  amqp10: 'AMQP10',
  kafka: 'Kafka',
  tcp: 'TCP',
};

/**
 * The transporter that the option `transporter` names, as the user wrote it or as it was resolved.
 *
 * @param choice names in any case, as in Moleculer; `memory://name` joins the hub of that name; a class is made without arguments
 * @throws BrokerOptionsError for an unknown name, one not built yet, or options that cannot work
 */
export function createTransporter(
  choice: TransporterOption | TransporterChoice | { type: 'Redis'; options: RedisClientFactory } | undefined,
): Transporter {
  if (choice === null || choice === undefined) return new NullTransporter();
  if (choice instanceof Transporter) return choice;
  if (typeof choice === 'string') return fromText(choice);
  if (typeof choice === 'function') return fromClass(choice);
  if (typeof choice !== 'object') throw wrongType(`a ${typeof choice}`);
  if ('kind' in choice) return fromChoice(choice);
  if (typeof choice.type === 'string') return byName(choice.type, choice.options);
  throw wrongType(Array.isArray(choice) ? 'a list' : 'an object without a type');
}

function fromChoice(choice: TransporterChoice): Transporter {
  if (choice.kind === 'instance') return choice.instance;
  return choice.kind === 'class' ? fromClass(choice.type) : byName(choice.type, choice.url ?? choice.options);
}

function fromText(text: string): Transporter {
  const scheme = /^([a-z0-9]+):\/\//i.exec(text)?.[1].toLowerCase();
  if (!scheme) return byName(text, undefined);
  // The scheme only: the rest may hold a password.
  if (!Object.hasOwn(SCHEMES, scheme)) throw unknown(`${scheme}://…`, scheme);
  return byName(SCHEMES[scheme], text);
}

function fromClass(type: ClassOf<Transporter>): Transporter {
  if (!(type.prototype instanceof Transporter)) throw wrongType(`the class '${type.name}', no Transporter`);
  return new type();
}

function byName(given: string, options: unknown): Transporter {
  const name = [...BUILT, ...NOT_BUILT].find((known) => known.toLowerCase() === given.toLowerCase());
  if (name === 'Redis')
    return new RedisTransporter((options ?? undefined) as RedisTransporterOptions | undefined);
  if (name === 'Memory') return new MemoryTransporter(memoryOptions(options));
  if (name) throw new BrokerOptionsError(transporterNotBuilt(name), { transporter: name });
  throw unknown(given, given);
}

function memoryOptions(options: unknown): MemoryTransporterOptions | undefined {
  if (typeof options !== 'string') return (options ?? undefined) as MemoryTransporterOptions | undefined;
  const hub = decodeURIComponent(options.replace(/^memory:\/\//i, '').replace(/\/$/, ''));
  return { hub: hub || undefined };
}

function unknown(shown: string, given: string): BrokerOptionsError {
  const near = nearestNames(given, BUILT)[0];
  return new BrokerOptionsError(transporterUnknown(shown, BUILT, near), { transporter: shown });
}

const wrongType = (found: string): BrokerOptionsError => new BrokerOptionsError(transporterWrongType(found));
