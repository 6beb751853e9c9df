import { describe, expectTypeOf, it } from 'vitest';
import type { Context } from '../../../lib/context/context.js';
import type { Fits } from '../../../lib/decorators/fits.type.js';

interface User {
  id: string;
  age: number;
}

/** `unknown` lets a decorator be applied; anything else does not compile. */
type Applies<Method> = unknown extends Fits<Method, User> ? true : false;

describe('the argument check of @Action and @Event', () => {
  it('takes methods of which an argument fits, whole or by a property, in any place', () => {
    expectTypeOf<Applies<(user: User, ctx: Context) => void>>().toEqualTypeOf<true>();
    expectTypeOf<Applies<(ctx: Context, user: { id: string }) => void>>().toEqualTypeOf<true>();
    expectTypeOf<Applies<(id: string) => void>>().toEqualTypeOf<true>();
    expectTypeOf<Applies<(user?: User) => void>>().toEqualTypeOf<true>();
    expectTypeOf<Applies<(anything: any) => void>>().toEqualTypeOf<true>();
  });

  it('takes methods without arguments or with a Context alone', () => {
    expectTypeOf<Applies<() => void>>().toEqualTypeOf<true>();
    expectTypeOf<Applies<(ctx: Context) => void>>().toEqualTypeOf<true>();
  });

  it('refuses the others', () => {
    expectTypeOf<Applies<(user: { id: number }) => void>>().toEqualTypeOf<false>();
    expectTypeOf<Applies<(ctx: Context, other: { name: string }) => void>>().toEqualTypeOf<false>();
  });

  it('asks nothing where the value is not known', () => {
    expectTypeOf<Fits<(n: number) => void, unknown>>().toEqualTypeOf<unknown>();
  });
});
