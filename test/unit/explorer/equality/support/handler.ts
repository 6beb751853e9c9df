import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { Action } from '../../../../../lib/decorators/action.decorator.js';
import { Ctx } from '../../../../../lib/decorators/context.decorators.js';
import { Params } from '../../../../../lib/decorators/params.decorator.js';
import { Service } from '../../../../../lib/decorators/service.decorator.js';

export interface HandlerParts {
  /** Decorators of the method, as one writes them from the top down. */
  use?: readonly MethodDecorator[];
  useOnClass?: readonly ClassDecorator[];
  /** Decorators of the arguments. Default: `@Params()`, `@Ctx()`. */
  args?: readonly ParameterDecorator[];
  /** What the compiler would write down. */
  types?: readonly unknown[];
  go?(...args: any[]): unknown;
}

let count = 0;

/** A service with one action `go`, as a table's row. Decorators run in the order in which the compiler runs them. */
export function handler(parts: HandlerParts): Type {
  const { use = [], useOnClass = [], args = [Params(), Ctx()], go = (params: unknown) => params } = parts;
  class Handlers {
    go(...given: unknown[]): unknown {
      return go.apply(this, given);
    }
  }
  Object.defineProperty(Handlers, 'name', { value: `h${++count}` });
  const { prototype } = Handlers;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'go')!;
  for (let i = args.length - 1; i >= 0; i--) args[i](prototype, 'go', i);
  for (const decorate of [...use].reverse()) decorate(prototype, 'go', descriptor);
  Action()(prototype, 'go', descriptor as never);
  Reflect.defineMetadata('design:paramtypes', parts.types ?? args.map(() => Object), prototype, 'go');
  for (const decorate of [...useOnClass].reverse()) decorate(Handlers);
  Service(Handlers.name)(Handlers);
  return Handlers;
}
