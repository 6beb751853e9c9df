import { ApplicationConfig, APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { both, type Both } from './support/both.js';
import { combination, KINDS, type Places, scripts } from './support/combination.js';
import {
  Dependency,
  provided,
  ScriptedFilter,
  ScriptedGuard,
  ScriptedInterceptor,
  ScriptedPipe,
} from './support/players.js';

const { type, places } = combination('bound', [...KINDS], ['method']);

/** Of `app.useGlobalGuards` and its like: what they write to. */
function useGlobal(app: { get(token: typeof ApplicationConfig): ApplicationConfig }): void {
  const config = app.get(ApplicationConfig);
  config.useGlobalGuards(new ScriptedGuard('global guard', null));
  config.useGlobalInterceptors(new ScriptedInterceptor('global interceptor', null));
  config.useGlobalPipes(new ScriptedPipe('global pipe', null));
  config.useGlobalFilters(new ScriptedFilter('global filter', null));
}

const APP = [
  { provide: APP_GUARD, useClass: provided(ScriptedGuard, 'app guard') },
  { provide: APP_INTERCEPTOR, useClass: provided(ScriptedInterceptor, 'app interceptor') },
  { provide: APP_PIPE, useClass: provided(ScriptedPipe, 'app pipe') },
  { provide: APP_FILTER, useFactory: () => new ScriptedFilter('app filter', null) },
];

const ofKind = (prefix: string): Places => ({
  [`${prefix} guard`]: 'guard',
  [`${prefix} interceptor`]: 'interceptor',
  [`${prefix} pipe`]: 'pipe',
  [`${prefix} filter`]: 'filter',
});

describe('global enhancers as with Nest', () => {
  let app: Both;
  const plain = combination('unbound', [], ['method']);
  beforeAll(async () => {
    app = await both(
      { providers: [Dependency, type, plain.type, ...APP] },
      { prepare: (testing) => useGlobal(testing) },
    );
  });

  it.each([
    ['of providers', ofKind('app')],
    ['of useGlobal…', ofKind('global')],
    ['beside those of the handler', { 'app guard': 'guard', 'app interceptor': 'interceptor', ...places }],
  ] as [string, Places][])('%s', async (_, chosen) => {
    for (const script of scripts({ handler: 'handler', ...chosen })) {
      const different = await app.difference(type, 'go', undefined, script);
      if (different !== null)
        expect({ script, ...different.ours }).toStrictEqual({ script, ...different.nest });
      expect(different).toBeNull();
    }
  });

  it('run on handlers that have none of their own', async () => {
    const { effects } = await app.same(plain.type, 'go');
    expect(effects.filter((effect) => effect.includes('guard:'))).toEqual([
      'app guard: lets in',
      'global guard: lets in',
    ]);
  });
});
