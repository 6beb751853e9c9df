import { type } from 'arktype';
import * as v from 'valibot';
import * as z from 'zod';

const day = (text: string) => text.slice(0, 10);

/** One contract in three libraries: `{ id, name?, tags = [], at → its day }`. */
export const USER = {
  zod: z.object({
    id: z.int().min(1),
    name: z.string().min(2).optional(),
    list: z.array(z.object({ key: z.string() })).optional(),
    page: z.number().default(1),
    at: z.string().transform(day),
  }),
  valibot: v.object({
    id: v.pipe(v.number(), v.integer(), v.minValue(1)),
    name: v.optional(v.pipe(v.string(), v.minLength(2))),
    list: v.optional(v.array(v.object({ key: v.string() }))),
    page: v.optional(v.number(), 1),
    at: v.pipe(v.string(), v.transform(day)),
  }),
  arktype: type({
    id: 'number.integer >= 1',
    'name?': 'string >= 2',
    'list?': type({ key: 'string' }).array(),
    page: 'number = 1',
    at: type('string').pipe(day),
  }),
};

export const LIBRARIES = Object.keys(USER) as (keyof typeof USER)[];
