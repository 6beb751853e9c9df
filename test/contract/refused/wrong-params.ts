// expect: TS2322 or TS2769
import { ServiceBroker } from 'nestjs-moleculer';
declare module 'nestjs-moleculer' {
  interface ActionTypes {
    'refused.get': (params: { id: string }) => string;
  }
}
declare const broker: ServiceBroker;
// A known name never falls back to the untyped form.
export const wrong = broker.call('refused.get', { id: 1 });
