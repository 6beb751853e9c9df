import { ServiceBroker, type ContractOf, type Context } from 'nestjs-moleculer';
class Things {
  get(params: { id: string }, ctx: Context): number {
    return params.id.length;
  }
  byId(id: string): number {
    return id.length;
  }
  private secret(params: { id: string }): number {
    return params.id.length;
  }
}
declare module 'nestjs-moleculer' {
  interface ActionTypes extends ContractOf<Things, 'refused.things'> {
    'refused.get': (params: { id: string }) => string;
  }
}
declare const broker: ServiceBroker;
// A known name never falls back to the untyped form.
// @ts-expect-error TS2769
export const wrong = broker.call('refused.get', { id: 1 });
// @ts-expect-error TS2769
export const surplus = broker.call('refused.get', { id: '1', more: true });
// @ts-expect-error TS2769
export const ofClass = broker.call('refused.things.get', { id: 1 });
// @ts-expect-error TS2769 what takes one property shows not what callers send
export const keyed = broker.call('refused.things.byId', { id: '1' });
// @ts-expect-error TS2769
export const options = broker.call('refused.get', { id: '1' }, { timeuot: 1 });
// @ts-expect-error TS2322
export const hidden: number = broker.call('refused.things.secret', { id: '1' });
