import { Controller, Injectable, Scope, UseGuards } from '@nestjs/common';
import type { CanActivate } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { explore } from './support/explore.js';

@Injectable()
class Door {
  open = false;
}

@Injectable({ scope: Scope.TRANSIENT })
class Doorkeeper implements CanActivate {
  constructor(private readonly door: Door) {}
  canActivate() {
    return this.door.open;
  }
}

describe.each([
  ['a provider', (S: any) => ({ providers: [S, Door] })],
  ['a provider under another token', (S: any) => ({ providers: [{ provide: 'x', useClass: S }, Door] })],
  ['a controller', (S: any) => ({ controllers: [S], providers: [Door] })],
])('a transient guard of %s has its dependencies', (_, metadata) => {
  it('bound to the handler', async () => {
    @Service('s')
    @Controller()
    class S {
      @Action() @UseGuards(Doorkeeper) go() {
        return 'in';
      }
    }
    const { call, app } = await explore(metadata(S));
    await expect(call('s.go')).rejects.toThrow('Forbidden');
    app.get(Door).open = true;
    expect(await call('s.go')).toBe('in');
  });

  it('global', async () => {
    @Service('s')
    @Controller()
    class S {
      @Action() go() {
        return 'in';
      }
    }
    const { providers, ...rest } = metadata(S) as { providers: any[] };
    const global = { provide: APP_GUARD, useClass: Doorkeeper };
    const { call, app } = await explore({ ...rest, providers: [...providers, global] });
    await expect(call('s.go')).rejects.toThrow('Forbidden');
    app.get(Door).open = true;
    expect(await call('s.go')).toBe('in');
  });
});
