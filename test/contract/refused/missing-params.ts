// expect: TS2345 or TS2769
import { ServiceBroker } from 'nestjs-moleculer';
declare module 'nestjs-moleculer' {
  interface ActionTypes {
    'refused.need': (params: { id: string }) => string;
  }
}
declare const broker: ServiceBroker;
export const wrong = broker.call('refused.need');
