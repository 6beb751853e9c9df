// expect: TS2339
import { ServiceBroker } from 'nestjs-moleculer';
class Greeter {
  then(params: { a: 1 }) {
    return params;
  }
  onModuleInit() {}
}
declare const broker: ServiceBroker;
// A client can be awaited and injected: neither `then` nor a Nest hook may be an action of it.
export const wrong = broker.client<Greeter>('greeter').then;
export const hook = broker.client<Greeter>('greeter').onModuleInit;
