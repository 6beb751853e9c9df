import { Action, Event, type Context, type ParamsOf } from 'nestjs-moleculer';
import * as z from 'zod';
const schema = z.object({ name: z.string() });
class Dto {
  id!: number;
}
declare module 'nestjs-moleculer' {
  interface EventTypes {
    'refused.happened': { n: number };
  }
}
export class Unfitting {
  // @ts-expect-error TS1241
  @Action({ params: schema }) get(params: { name: number }) {
    return params;
  }
  // @ts-expect-error TS1241
  @Action({ params: schema }) missing(params: { name: string; more: string }, ctx: Context) {}
  // @ts-expect-error TS1241
  @Action({ params: Dto }) dto(params: { id: string }) {}
  // @ts-expect-error TS1241
  @Event('refused.happened') event(payload: { n: string }) {}
  // @ts-expect-error TS1241 a pattern that matches known events gives one of their payloads
  @Event('refused.*') pattern(payload: { n: string }) {}
  // @ts-expect-error TS1240 not a method
  @Action() readonly list = [1];
}
// @ts-expect-error TS2322
export const parsed: ParamsOf<typeof schema> = { name: 1 };
