import type { ContextId } from '@nestjs/core';
import { ServiceSchemaError } from '../errors/service.error.js';
import { globalEnhancerUnreachable, transientHost } from '../messages/explorer.messages.js';
import type { Handler } from '../registry/service-definition.js';
import { hasEnhancers, hasFilters, missingEnhancers } from './bound-enhancers.js';
import { enhancedHandler } from './enhanced-handler.js';
import { filterChain } from './filter-chain.js';
import type { FilterChain } from './filter-chain.js';
import type { GlobalEnhancers } from './global-enhancers.js';
import { readArguments } from './handler-arguments.js';
import { isClassProvider, providerName } from './handler-target.js';
import type { HandlerTarget } from './handler-target.js';
import { nestCreator } from './nest-creator.js';
import { plainHandler } from './plain-handler.js';
import { scopedHandler } from './scoped-handler.js';

/** Turns a decorated method into a function of the context, once, at start. */
export class HandlerFactory {
  constructor(private readonly globals: GlobalEnhancers) {}

  /** @throws ServiceSchemaError if anything bound to the method could not run */
  async create(target: HandlerTarget): Promise<Handler> {
    const { wrapper } = target;
    if (wrapper.isTransient) throw new ServiceSchemaError(transientHost(target.origin));
    const args = readArguments(target);
    const standIns = await missingEnhancers(target, args.pipes);
    this.checkGlobals(target);

    const compile = (instance: object, contextId?: ContextId): Handler => {
      const filters = this.filters(target, instance, standIns, contextId);
      const plain = args.takes !== null && !hasEnhancers(target) && !this.globals.any && filters === null;
      if (plain) return plainHandler(instance, target.method, args.takes);
      const creator = nestCreator(target.host, this.globals.config, standIns);
      return enhancedHandler(target, instance, {
        creator,
        args,
        filters,
        contextId,
        hooks: this.globals.hooks,
      });
    };

    const instance = wrapper.instance as object;
    if (wrapper.isDependencyTreeStatic()) return compile(instance);
    return scopedHandler(target, compile, this.filters(target, instance, standIns));
  }

  private filters(
    target: HandlerTarget,
    instance: object,
    standIns: Awaited<ReturnType<typeof missingEnhancers>>,
    contextId?: ContextId,
  ): FilterChain | null {
    if (!hasFilters(target) && !this.globals.anyFilter) return null;
    const creator = nestCreator(target.host, this.globals.filterConfig, standIns);
    return filterChain(creator, target, instance, contextId);
  }

  /** Nest hands scoped global enhancers to classes it makes, and to no others. */
  private checkGlobals(target: HandlerTarget): void {
    if (this.globals.scoped.length > 0 && !isClassProvider(target)) {
      throw new ServiceSchemaError(globalEnhancerUnreachable(target.origin, providerName(target)));
    }
  }
}
