import { ServiceBroker } from 'nestjs-moleculer';
declare module 'nestjs-moleculer' {
  interface ActionTypes {
    'refused.defs': (params: { id: string }) => string;
    'refused.defs.none': () => number;
    'refused.defs.keyed': (id: string) => number;
  }
}
declare const broker: ServiceBroker;
// In `mcall`, too, a known name never falls back to the untyped form.
// @ts-expect-error TS2769
export const wrong = broker.mcall([{ action: 'refused.defs', params: { id: 1 } }]);
// @ts-expect-error TS2769
export const missing = broker.mcall([{ action: 'refused.defs' }]);
// @ts-expect-error TS2769
export const byName = broker.mcall({ one: { action: 'refused.defs', params: { id: 1 } } });
// @ts-expect-error TS2769
export const surplus = broker.mcall([{ action: 'refused.defs', params: { id: '1', more: 1 } }]);
// @ts-expect-error TS2769
export const none = broker.mcall([{ action: 'refused.defs.none', params: { id: '1' } }]);
// @ts-expect-error TS2769
export const keyed = broker.mcall([{ action: 'refused.defs.keyed', params: 'x' }]);
// @ts-expect-error TS2769
export const option = broker.mcall([{ action: 'refused.other', options: { timeuot: 1 } }]);
// @ts-expect-error TS2769
export const settled = broker.mcall([{ action: 'refused.defs', params: { id: 1 } }], { settled: true });
