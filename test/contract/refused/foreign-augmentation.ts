// Only under the package's name do entries reach the broker; under that of a copy, an alias or a file of it they do not.
// @ts-expect-error TS2307
import { ServiceBroker } from 'nestjs-moleculer-copy';
// @ts-expect-error TS2664
declare module 'nestjs-moleculer-copy' {
  interface ActionTypes {
    'refused.copy': (params: { x: 1 }) => number;
  }
}
// @ts-expect-error TS2307 what is not exported cannot be reached
export type { Context } from 'nestjs-moleculer/context/context.js';
declare const broker: ServiceBroker;
export const untold = broker.call('refused.copy', { x: 1 });
