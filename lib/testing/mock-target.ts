import { ServiceBroker } from '../index.js';
import { noBroker } from '../messages/testing.messages.js';

/** Several brokers that come and go, as those of a cluster. */
export interface BrokerGroup {
  /**
   * Calls `visit` with each broker there is, at once, and with each that comes later, before it starts.
   *
   * @returns what ends it
   */
  eachBroker(visit: (broker: ServiceBroker) => void): () => void;
}

/** An application, or anything else that can be asked for its broker by class. */
export interface BrokerHolder {
  /** As of Nest's `INestApplicationContext`. */
  get(token: typeof ServiceBroker, options?: { strict: boolean }): ServiceBroker;
}

/** What mocks and captures are bound to: a broker, a stand-in for one, an application (its default broker) or a cluster. */
export type MockTarget = ServiceBroker | BrokerHolder | BrokerGroup;

/**
 * Does something to each broker of a target.
 *
 * @param visit returns what takes it back
 * @param what for the message
 * @returns what takes all of it back
 */
export function onEachBroker(
  target: MockTarget,
  what: string,
  visit: (broker: ServiceBroker) => () => void,
): () => void {
  const undo: (() => void)[] = [];
  if (isGroup(target)) undo.push(target.eachBroker((broker) => undo.push(visit(broker))));
  else undo.push(visit(brokerOf(target, what)));
  return () => {
    for (const step of undo.splice(0)) step();
  };
}

function brokerOf(target: ServiceBroker | BrokerHolder, what: string): ServiceBroker {
  const broker: unknown = isHolder(target) ? target.get(ServiceBroker, { strict: false }) : target;
  if (isBroker(broker)) return broker;
  throw new TypeError(noBroker(what));
}

const has = (target: unknown, key: string): boolean =>
  typeof target === 'object' && target !== null && key in target;

const isGroup = (target: MockTarget): target is BrokerGroup => has(target, 'eachBroker');
const isHolder = (target: unknown): target is BrokerHolder => !isBroker(target) && has(target, 'get');

/** By its parts, not its class: of a package that is there twice, either will do. */
const isBroker = (target: unknown): target is ServiceBroker =>
  has(target, 'parts') && has(target, 'registry');
