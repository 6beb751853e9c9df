import { ForbiddenException, Injectable, Scope, UseGuards } from '@nestjs/common';
import type { CanActivate } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Ctx } from '../../../lib/decorators/context.decorators.js';
import { Params } from '../../../lib/decorators/params.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { explore } from './support/explore.js';

@Injectable()
class Deny implements CanActivate {
  canActivate() {
    return false;
  }
}

/** Class decorators as libraries have them: the class is not the one that the decorators below saw. */
const Proxied = (type: any): any => new Proxy(type, {});
const Extended = (type: any): any => class extends type {};

/** What many mixin helpers do. */
function mixIn(type: any, source: any): void {
  for (const name of Object.getOwnPropertyNames(source.prototype)) {
    Object.defineProperty(type.prototype, name, Object.getOwnPropertyDescriptor(source.prototype, name)!);
  }
}

class Handlers {
  @Action() go(@Ctx() ctx: { nodeID: string }, @Params('name') name: string) {
    return [ctx.nodeID, name];
  }
}

function classes(guard: ClassDecorator) {
  @guard
  @Proxied
  @Service('s')
  class Above extends Handlers {}

  @Proxied
  @guard
  @Service('s')
  class Below extends Handlers {}

  @Proxied
  @guard
  @Service('s')
  class Own {
    @Action() go(@Ctx() ctx: { nodeID: string }, @Params('name') name: string) {
      return [ctx.nodeID, name];
    }
  }

  @guard
  @Service('s')
  @Extended
  class Subclass extends Handlers {}

  @guard
  @Service('s')
  class Mixed {}
  mixIn(Mixed, Handlers);

  return { Above, Below, Own, Subclass, Mixed };
}

const NONE: ClassDecorator = () => undefined;

describe.each(Object.keys(classes(NONE)) as (keyof ReturnType<typeof classes>)[])(
  'a class whose `constructor` is another: %s',
  (form) => {
    it('keeps its name, its arguments and its guards', async () => {
      const open = await explore({ providers: [classes(NONE)[form]] });
      expect(await open.call('s.go', { name: 'n' })).toEqual(['here', 'n']);
      const guarded = await explore({ providers: [classes(UseGuards(Deny))[form]] });
      await expect(guarded.call('s.go')).rejects.toThrow(ForbiddenException);
    });
  },
);

it('a class behind a Proxy, which request-scoped global enhancers cannot reach, is refused with them', async () => {
  @Injectable({ scope: Scope.REQUEST })
  class PerRequest extends Deny {}
  await expect(
    explore({ providers: [classes(NONE).Own, { provide: APP_GUARD, useClass: PerRequest }] }),
  ).rejects.toThrow(/Own\.go.*behind a Proxy/);
});
