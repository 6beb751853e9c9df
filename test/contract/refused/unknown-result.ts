import { Context, ServiceBroker } from 'nestjs-moleculer';
declare module 'nestjs-moleculer' {
  interface ActionTypes {
    'refused.known': (params: { id: string }) => string;
  }
}
declare const broker: ServiceBroker;
declare const ctx: Context;
// The result of an unknown action is unknown, not any.
// @ts-expect-error TS2322
export const wrong: Promise<string> = broker.call('nobody.knows', {});
// @ts-expect-error TS2322
export const inHandler: Promise<string> = ctx.call('nobody.knows', {});
// @ts-expect-error TS2322
export const known: Promise<number> = broker.call('refused.known', { id: '1' });
export async function results() {
  const [one, two] = await broker.mcall([
    { action: 'refused.known', params: { id: '1' } },
    { action: 'nobody.knows' },
  ]);
  // @ts-expect-error TS2339
  one.n;
  // @ts-expect-error TS18046
  two.n;
  const settled = await broker.mcall(
    { a: { action: 'refused.known', params: { id: '1' } } },
    { settled: true },
  );
  // @ts-expect-error TS2339 it may have failed
  settled.a.value;
}
