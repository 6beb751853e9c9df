import 'reflect-metadata';
import { Controller, createParamDecorator, Injectable, Scope } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { argumentsOf } from '../../../lib/decorators/argument-metadata.js';
import { Ctx } from '../../../lib/decorators/context.decorators.js';
import { EventStream, eventStreamsOf } from '../../../lib/decorators/event-stream.decorator.js';
import { Event } from '../../../lib/decorators/event.decorator.js';
import { ACTION_METADATA, EVENT_METADATA, SCOPE_OPTIONS } from '../../../lib/decorators/metadata.keys.js';
import { Params, Payload } from '../../../lib/decorators/params.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { wantClient, wantedClients } from '../../../lib/decorators/wanted.js';
import { ServiceSchemaError } from '../../../lib/errors/service.error.js';

const scopeOf = (type: object) => Reflect.getMetadata(SCOPE_OPTIONS, type);

describe('@Service', () => {
  it('leaves the scope of @Injectable and @Controller alone, whichever is written first', () => {
    @Service('s')
    @Injectable({ scope: Scope.REQUEST, durable: true })
    class Below {}
    @Injectable({ scope: Scope.REQUEST })
    @Service('s')
    class Above {}
    @Service('s')
    @Controller({ path: 'x', scope: Scope.REQUEST })
    class OnController {}
    @Injectable({ scope: Scope.REQUEST })
    class Parent {}
    @Service('s')
    class Child extends Parent {}
    expect(scopeOf(Below)).toEqual({ scope: Scope.REQUEST, durable: true });
    for (const type of [Above, OnController, Child])
      expect(scopeOf(type)).toMatchObject({ scope: Scope.REQUEST });
  });

  it('gives a scope of its own, also below a plain @Injectable', () => {
    @Service({ scope: Scope.REQUEST, durable: true })
    class Alone {}
    @Service({ scope: Scope.REQUEST })
    @Injectable()
    class Both {}
    expect(scopeOf(Alone)).toEqual({ scope: Scope.REQUEST, durable: true });
    expect(scopeOf(Both)).toMatchObject({ scope: Scope.REQUEST });
    for (const type of [Alone, Both]) expect(Reflect.getMetadata('__injectable__', type)).toBe(true);
  });

  it('refuses two scopes that contradict each other', () => {
    const declare = () => {
      @Service({ scope: Scope.TRANSIENT })
      @Injectable({ scope: Scope.REQUEST })
      class Torn {}
      return Torn;
    };
    expect(declare).toThrow(/Torn.*one place/);
  });
});

describe('@Action and @Event', () => {
  it('lie on the method itself and make the class an entry provider', () => {
    class S {
      @Action({ name: 'x' }) a() {}
      @Event('one') @Event('two', { group: 'g' }) e() {}
      @Event({ name: 'three' }) f() {}
      @Event() g() {}
    }
    expect(Reflect.getOwnMetadata(ACTION_METADATA, S.prototype.a)).toEqual([{ name: 'x' }]);
    expect(Reflect.getOwnMetadata(EVENT_METADATA, S.prototype.e)).toEqual([
      { name: 'one' },
      { name: 'two', group: 'g' },
    ]);
    expect(Reflect.getOwnMetadata(EVENT_METADATA, S.prototype.f)).toEqual([{ name: 'three' }]);
    expect(Reflect.getOwnMetadata(EVENT_METADATA, S.prototype.g)).toEqual([{}]);
    expect(Reflect.getMetadata('__entryProvider__', S)).toBe(true);
  });

  it('refuse static and symbol-named methods, naming class and method', () => {
    const key = Symbol('hidden');
    const onStatic = () => {
      class S {
        @Action() static go() {}
      }
      return S;
    };
    const onSymbol = () => {
      class S {
        @Event('x') [key]() {}
      }
      return S;
    };
    expect(onStatic).toThrow(ServiceSchemaError);
    expect(onStatic).toThrow(/@Action on S\.go.*static/);
    expect(onSymbol).toThrow(/@Event on S\[Symbol\(hidden\)\]/);
  });

  // The compiler refuses the property alone, and what strips types asks no compiler.
  it('refuse what is no method: properties with a function, getters', () => {
    const onProperty = () => {
      class S {
        // @ts-expect-error TS1240 a property
        @Action() go = () => 1;
      }
      return S;
    };
    const onGetter = () => {
      class S {
        @Event('x') get on() {
          return () => 1;
        }
      }
      return S;
    };
    expect(onProperty).toThrow(ServiceSchemaError);
    expect(onProperty).toThrow(/@Action on S\.go: it is no method/);
    expect(onGetter).toThrow(/@Event on S\.on: it is no method/);
  });
});

describe('parameter decorators', () => {
  it('replace what an overridden method says of the same argument', () => {
    class Base {
      go(@Params('id') id: unknown, @Ctx() ctx: unknown) {
        return [id, ctx];
      }
    }
    class Sub extends Base {
      override go(@Ctx() id: unknown, ctx: unknown) {
        return [id, ctx];
      }
    }
    const at = (type: Function) =>
      Object.entries(argumentsOf(type, 'go'))
        .map(([key, { index }]) => `${index} ${key.split(':')[0]}`)
        .sort();
    const ctx = 'moleculer_ctx__customRouteArgs__';
    expect(at(Base)).toEqual(['0 3', `1 ${ctx}`]);
    expect(at(Sub)).toEqual([`0 ${ctx}`, `1 ${ctx}`]);
  });

  it('take pipes with and without a key', () => {
    const pipe = { transform: (value: unknown) => value };
    class S {
      a(@Params(pipe) p: unknown, @Payload('k', pipe, pipe) q: unknown) {
        return [p, q];
      }
    }
    expect(Object.values(argumentsOf(S, 'a')).sort((x, y) => x.index - y.index)).toMatchObject([
      { data: undefined, pipes: [pipe] },
      { data: 'k', pipes: [pipe, pipe] },
    ]);
  });

  it('lie where those of the app lie', () => {
    const Own = createParamDecorator(() => 1);
    class S {
      a(@Own() a: unknown, @Ctx() b: unknown) {
        return [a, b];
      }
    }
    expect(Object.keys(argumentsOf(S, 'a'))).toHaveLength(2);
  });

  it('are refused on constructors and static methods', () => {
    const onConstructor = () => {
      class S {
        constructor(@Params() readonly p: unknown) {}
      }
      return S;
    };
    const onStatic = () => {
      class S {
        static a(@Ctx() p: unknown) {
          return p;
        }
      }
      return S;
    };
    expect(onConstructor).toThrow(/@Params\(\) in S/);
    expect(onStatic).toThrow(/@Ctx\(\) in S/);
  });
});

describe('@EventStream', () => {
  it('is inherited, and redeclared by property', () => {
    class Base {
      @EventStream('a.*') readonly a$!: unknown;
      @EventStream('b.*') readonly b$!: unknown;
    }
    class Sub extends Base {
      @EventStream('c.*', { group: 'g' }) declare readonly b$: unknown;
    }
    const patterns = (type: object) =>
      eventStreamsOf(type).map(({ property, pattern }) => [property, pattern]);
    expect(patterns(Base)).toEqual([
      ['a$', 'a.*'],
      ['b$', 'b.*'],
    ]);
    expect(patterns(Sub)).toEqual([
      ['a$', 'a.*'],
      ['b$', 'c.*'],
    ]);
  });
});

it('clients are wanted once for each name and broker', () => {
  const token = wantClient('decorators.spec', 'one');
  expect(wantClient('decorators.spec', 'one')).toBe(token);
  expect(wantClient('decorators.spec', undefined)).not.toBe(token);
  expect(wantedClients('one').filter(({ service }) => service === 'decorators.spec')).toHaveLength(1);
});
