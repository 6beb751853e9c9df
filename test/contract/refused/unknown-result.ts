// expect: TS2322
import { ServiceBroker } from 'nestjs-moleculer';
declare const broker: ServiceBroker;
// The result of an unknown action is unknown, not any.
export const wrong: Promise<string> = broker.call('nobody.knows', {});
