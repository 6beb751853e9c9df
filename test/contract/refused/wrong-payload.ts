// expect: TS2322 or TS2345
import { ServiceBroker } from 'nestjs-moleculer';
declare module 'nestjs-moleculer' {
  interface EventTypes {
    'refused.event': { n: number };
  }
}
declare const broker: ServiceBroker;
export const wrong = broker.emit('refused.event', { n: 'one' });
