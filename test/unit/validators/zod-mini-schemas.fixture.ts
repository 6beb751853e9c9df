import * as mini from 'zod/mini';
import { ENDS, isLong, type Kind, type Own, text } from './zod-schemas.fixture.js';

export function miniKinds(own: Own): Record<string, Kind> {
  const long = () => mini.string().check(mini.refine(own(isLong), 'too short'));
  return {
    refine: { schema: long(), values: ENDS },
    object: {
      schema: mini.object({
        a: long(),
        b: mini.pipe(mini.string(), mini.transform(own((v) => v.length))),
        c: mini._default(mini.array(mini.object({ n: mini.int() })), []),
        d: mini.optional(long()),
      }),
      values: [
        { a: 'abc', b: 'b' },
        { a: 'a', b: 'b', c: [{ n: 1 }] },
        { a: 'abc', b: 5, c: [{}], d: 'd' },
        {},
      ],
    },
    'a plain function as check': {
      schema: mini.string().check((payload) =>
        own((value: string) => {
          if (value === 'ab') payload.issues.push({ code: 'custom', input: value, message: 'ab!' });
        })(payload.value),
      ),
      values: ENDS,
    },
    'transform between': {
      schema: mini.pipe(
        mini.pipe(long(), mini.transform(own((v) => v.length))),
        mini.number().check(mini.maximum(3)),
      ),
      values: ENDS,
    },
    preprocess: { schema: mini.pipe(mini.transform(own(text)), long()), values: ENDS },
    union: { schema: mini.union([mini.object({ a: long() }), mini.array(long())]), values: ENDS },
    noted: { schema: mini.string().check(mini.describe('noted'), mini.refine(own(isLong))), values: ENDS },
  };
}
