import { ServiceBroker } from 'nestjs-moleculer';
declare module 'nestjs-moleculer' {
  interface EventTypes {
    'refused.event': { n: number };
    'refused.tick': undefined;
  }
}
declare const broker: ServiceBroker;
// @ts-expect-error TS2322
export const wrong = broker.emit('refused.event', { n: 'one' });
// @ts-expect-error TS2554
export const missing = broker.emit('refused.event');
// @ts-expect-error TS2322
export const toAll = broker.broadcast('refused.event', { n: 'one' });
// @ts-expect-error TS2322
export const toOurs = broker.broadcastLocal('refused.event', { n: 'one' });
// @ts-expect-error TS2345
export const surplus = broker.emit('refused.tick', { n: 1 });
// @ts-expect-error TS2353
export const options = broker.emit('refused.event', { n: 1 }, { groop: 'a' });
broker.events('refused.event').subscribe(({ payload }) => {
  // @ts-expect-error TS2339
  payload.m;
});
broker.events('refused.eve*').subscribe(({ payload }) => {
  // @ts-expect-error TS18046 half a segment: what it matches is not known
  payload.n;
});
