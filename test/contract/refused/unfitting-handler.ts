// expect: TS1241
import { Action } from 'nestjs-moleculer';
import * as z from 'zod';
const schema = z.object({ name: z.string() });
export class Unfitting {
  @Action({ params: schema }) get(params: { name: number }) {
    return params;
  }
}
