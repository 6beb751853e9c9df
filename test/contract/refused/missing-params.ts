import { Context, ServiceBroker } from 'nestjs-moleculer';
declare module 'nestjs-moleculer' {
  interface ActionTypes {
    'refused.need': (params: { id: string }) => string;
    'refused.nothing': () => number;
  }
}
declare const broker: ServiceBroker;
declare const ctx: Context;
// @ts-expect-error TS2345
export const none = broker.call('refused.need');
// @ts-expect-error TS2769
export const nullish = broker.call('refused.need', null);
// @ts-expect-error TS2769
export const empty = broker.call('refused.need', {});
// @ts-expect-error TS2345
export const inHandler = ctx.call('refused.need');
// @ts-expect-error TS2769 an action without params takes none
export const surplus = broker.call('refused.nothing', { id: '1' });
