import type { CanActivate, ExceptionFilter, NestInterceptor, PipeTransform } from '@nestjs/common';
import { FILTERS, GUARDS, INTERCEPTORS, PIPES } from '../../decorators/metadata.keys.js';
import type { Handler } from '../../registry/service-definition.js';
import { behindFilters } from '../behind-filters.js';
import { boundTo, type StandIns } from '../bound-enhancers.js';
import type { GlobalEnhancers } from '../global-enhancers.js';
import type { HandlerArguments } from '../handler-arguments.js';
import type { HandlerTarget } from '../handler-target.js';
import type { NestManners } from '../nest-manners.js';
import { compileArgument } from './arguments.js';
import { type EnhancerMethod, instancesOf } from './bound.js';
import { compileFilters } from './filters.js';
import { behindGuards } from './guards.js';
import { behindHooks } from './hooks.js';
import { behindInterceptors } from './interceptors.js';
import { asHandler } from './invoke.js';
import { withArguments } from './pipes.js';

export interface ChainParts {
  readonly globals: GlobalEnhancers;
  readonly args: HandlerArguments;
  readonly standIns: StandIns;
  readonly manners: NestManners;
}

/**
 * The handler of a singleton with its enhancers, put together once: from the outside in filters, hooks, guards, interceptors, pipes, the
 * method. Does what Nest's ExternalContextCreator does, which looks everything up at each call and awaits at each step.
 *
 * Null: among the enhancers are some that only Nest itself can run.
 */
export function compileChain(target: HandlerTarget, instance: object, parts: ChainParts): Handler | null {
  const { globals, args, standIns, manners } = parts;
  const { config, hooks } = globals;
  if (globals.scoped.length > 0) return null;
  const all = <T extends object>(global: readonly T[], key: string, method: EnhancerMethod) =>
    instancesOf<T>([...global, ...boundTo(target, key)], method, target.host, standIns);

  const guards = all<CanActivate>(config.getGlobalGuards(), GUARDS, 'canActivate');
  const interceptors = all<NestInterceptor>(config.getGlobalInterceptors(), INTERCEPTORS, 'intercept');
  const pipes = all<PipeTransform>(config.getGlobalPipes(), PIPES, 'transform');
  const filters = all<ExceptionFilter>(config.getGlobalFilters(), FILTERS, 'catch');
  if (guards === null || interceptors === null || pipes === null || filters === null) return null;

  const list = [];
  for (const [key, entry] of args.entries) {
    const own = instancesOf<PipeTransform>(entry.pipes ?? [], 'transform', target.host, standIns);
    if (own === null) return null;
    list.push(compileArgument(target, instance, key, entry, [...pipes, ...own], manners));
  }
  const { method, origin } = target;
  const type = instance.constructor;
  let run = withArguments(instance, method, list, manners);
  run = behindInterceptors(interceptors, type, method, run);
  run = behindGuards(guards, type, method, run);
  run = behindHooks(hooks, type, method, run);
  return behindFilters(asHandler(run), compileFilters(filters, origin, manners));
}
