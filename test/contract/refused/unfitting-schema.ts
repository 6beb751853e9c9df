import { type } from 'arktype';
import { Action, Event, Params, type Context, type ParamsOf } from 'nestjs-moleculer';
import { of, type Observable } from 'rxjs';
import * as v from 'valibot';
import * as z from 'zod';
const zod = z.object({ id: z.coerce.number() });
const valibot = v.object({ id: v.pipe(v.string(), v.transform(Number)) });
const arktype = type({ id: 'string.numeric.parse' });
class Dto {
  id!: number;
}
declare module 'nestjs-moleculer' {
  interface EventTypes {
    'refused.schema': { id: string };
  }
}
// The input of each is a text, the handler gets a number.
export class Unfitting {
  // @ts-expect-error TS1241
  @Action({ params: zod }) zod(params: { id: string }) {}
  // @ts-expect-error TS1241
  @Action({ params: valibot }) valibot(params: { id: string }, ctx: Context) {}
  // @ts-expect-error TS1241
  @Action({ params: arktype }) arktype(@Params() params: { id: string }) {}
  // @ts-expect-error TS1241
  @Action({ params: Dto }) dto(params: { id: string }) {}
  // @ts-expect-error TS1241
  @Action({ params: zod }) key(@Params('id') id: string) {}
  // @ts-expect-error TS1241
  @Event('refused.unknown', { params: zod }) event(payload: { id: string }) {}
  // @ts-expect-error TS1241
  @Event({ name: 'refused.unknown', params: Dto }) named(payload: { id: string }) {}
  // @ts-expect-error TS1241 the schema counts, not what is emitted
  @Event('refused.schema', { params: zod }) known(payload: { id: string }) {}

  // @ts-expect-error TS1241 a Date is no text
  @Action({ returns: valibot }) now(): { id: Date } {
    return { id: new Date() };
  }
  // @ts-expect-error TS1241
  @Action({ returns: arktype }) async later(): Promise<{ id: number }> {
    return { id: 1 };
  }
  // @ts-expect-error TS1241
  @Action({ returns: z.string() }) stream(): Observable<number> {
    return of(1);
  }
  // @ts-expect-error TS1241
  @Action({ params: zod, returns: Dto }) nothing(params: ParamsOf<typeof zod>): void {}
  // @ts-expect-error TS2322
  @Action({ validateReturns: 'warn' }) mode() {}
  // @ts-expect-error TS2322
  @Action({ returns: 'string' }) text() {}
}
