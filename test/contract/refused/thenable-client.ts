import { ServiceBroker } from 'nestjs-moleculer';
class Greeter {
  then(params: { a: 1 }) {
    return params;
  }
  onModuleInit() {}
  greet(params: { name: string }) {
    return params.name;
  }
}
declare const broker: ServiceBroker;
const client = broker.client<Greeter>('greeter');
// A client can be awaited and injected: neither `then` nor a Nest hook may be an action of it.
// @ts-expect-error TS2339
export const wrong = client.then;
// @ts-expect-error TS2339
export const hook = client.onModuleInit;
// @ts-expect-error TS2339
export const unknown = client.nobody;
// @ts-expect-error TS2322
export const params = client.greet({ name: 1 });
// @ts-expect-error TS2322
export const result: Promise<number> = client.greet({ name: 'x' });
// @ts-expect-error TS2561
export const options = client.greet({ name: 'x' }, { timeuot: 1 });
// @ts-expect-error TS2540
client.greet = () => Promise.resolve('x');
