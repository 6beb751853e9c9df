import { type } from 'arktype';
import { Action, Context, Ctx, Event, Params, Payload } from 'nestjs-moleculer';
import type { InputOf, ParamsOf, ParamsSchema } from 'nestjs-moleculer';
import { of, type Observable } from 'rxjs';
import * as v from 'valibot';
import * as z from 'zod';

const zod = z.object({ id: z.coerce.number(), page: z.number().default(1) });
const valibot = v.object({ id: v.pipe(v.string(), v.transform(Number)), page: v.optional(v.number(), 1) });
const arktype = type({ id: 'string.numeric.parse', page: 'number = 1' });
class Dto {
  id!: number;
  page = 1;
}
interface Page {
  id: number;
  page: number;
}
declare module 'nestjs-moleculer' {
  interface EventTypes {
    'schemas.told': { id: string };
  }
}

export class Schemas {
  @Action({ params: zod }) zod(params: Page) {}
  @Action({ params: valibot }) valibot(params: Page, ctx: Context) {}
  @Action({ params: arktype }) arktype(@Ctx() ctx: Context, @Params() params: Page) {}
  @Action({ params: Dto }) dto(params: Page) {}
  @Action({ params: zod }) written(params: ParamsOf<typeof zod>) {}
  @Action({ params: arktype }) writtenArk(params: ParamsOf<typeof arktype>) {}
  @Action({ params: valibot }) key(@Params('id') id: number) {}

  // What a result may be is what the schema takes, not what it makes of it.
  @Action({ returns: zod }) now(): { id: string } {
    return { id: '1' };
  }
  @Action({ returns: arktype }) async later(): Promise<InputOf<typeof arktype>> {
    return { id: '1' };
  }
  @Action({ returns: valibot }) stream(): Observable<{ id: string }> {
    return of({ id: '1' });
  }
  @Action({ returns: Dto }) instance(): Dto {
    return new Dto();
  }
  @Action({ returns: { id: 'number' }, validateReturns: 'log' }) rules(): string {
    return 'types cannot tell';
  }
  @Action({ returns: zod }) loose(): any {}
  @Action({ params: zod, returns: z.string() }) both(params: Page): string {
    return `${params.id}`;
  }

  @Event('schemas.other', { params: zod }) onZod(payload: Page) {}
  @Event('schemas.other', { params: Dto, group: 'g' }) onDto(@Payload() payload: Page, @Ctx() ctx: Context) {}
  @Event({ name: 'schemas.other', params: arktype }) onArk(payload: Page) {}
  // The schema may turn the payload into something else.
  @Event('schemas.told', { params: z.object({ id: z.coerce.number() }) }) onTold(payload: { id: number }) {}
  @Event('schemas.told', { params: { id: 'string' } }) onRules(payload: { id: string }) {}
}
export const all: ParamsSchema[] = [zod, valibot, arktype, Dto, { id: 'string' }];
