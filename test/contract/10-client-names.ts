import { ServiceBroker, type ServiceClient } from 'nestjs-moleculer';

class Names {
  get(params: { id: string }) {
    return params.id;
  }
  inspect() {}
  catch() {}
  finally() {}
  then() {}
  toJSON() {}
  toString() {
    return '';
  }
  valueOf() {
    return 1;
  }
  onModuleInit() {}
  onApplicationShutdown() {}
}

// A client has no actions of names that promises, inspectors and Nest look for: types and run time agree.
type Expect<T extends true> = T;
type Only = [keyof ServiceClient<Names>] extends ['get'] ? true : false;
export type Checked = Expect<Only>;

declare const broker: ServiceBroker;
export const id: Promise<string> = broker.client<Names>('names').get({ id: '1' });
// @ts-expect-error TS2339 undefined at run time
broker.client<Names>('names').inspect();
// @ts-expect-error TS2339 undefined at run time
broker.client<Names>('names').toJSON();
