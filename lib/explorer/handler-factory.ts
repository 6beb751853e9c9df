import { types } from 'node:util';
import type { ContextId } from '@nestjs/core';
import { ServiceSchemaError } from '../errors/service.error.js';
import { globalEnhancerUnreachable, transientHost } from '../messages/explorer.messages.js';
import type { Handler } from '../registry/service-definition.js';
import { behindFilters } from './behind-filters.js';
import { hasEnhancers, hasFilters, missingEnhancers, type StandIns } from './bound-enhancers.js';
import { compileChain } from './chain/compile-chain.js';
import { behindHooks } from './chain/hooks.js';
import { asHandler } from './chain/invoke.js';
import { filterChains, type FilterChains } from './filter-chain.js';
import type { GlobalEnhancers } from './global-enhancers.js';
import { readArguments } from './handler-arguments.js';
import type { HandlerArguments } from './handler-arguments.js';
import { isClassProvider, providerName } from './handler-target.js';
import type { HandlerTarget } from './handler-target.js';
import { nestChain } from './nest-chain.js';
import { nestCreator } from './nest-creator.js';
import { askNest, type NestManners } from './nest-manners.js';
import { plainHandler } from './plain-handler.js';
import { scopedHandler } from './scoped-handler.js';

/** Makes the handler of an instance; with a context ID, for one call or one tenant. */
type Compile = (instance: object, contextId?: ContextId) => Handler;

/** Turns a decorated method into a function of the context, once, at start. */
export class HandlerFactory {
  private manners: Promise<NestManners> | null = null;

  constructor(private readonly globals: GlobalEnhancers) {}

  /** @throws ServiceSchemaError if anything bound to the method could not run */
  async create(target: HandlerTarget): Promise<Handler> {
    const { wrapper } = target;
    if (wrapper.isTransient) throw new ServiceSchemaError(transientHost(target.origin));
    const args = readArguments(target);
    const standIns = await missingEnhancers(target, args.pipes);
    this.checkGlobals(target);
    const filtered = hasFilters(target) || this.globals.anyFilter;
    const { takes } = args;
    const plain = takes !== null && !hasEnhancers(target) && !this.globals.any && !filtered;
    const compile: Compile = plain
      ? (instance) => plainHandler(instance, target.method, takes)
      : this.compiler(target, args, standIns, filtered, await (this.manners ??= askNest()));
    const instance = exampleOf(target);
    if (wrapper.isDependencyTreeStatic()) return compile(instance);
    return scopedHandler(target, compile, filtered ? this.nestFilters(target, standIns)(instance) : null);
  }

  /** Of a handler with enhancers: our own chain for a singleton, Nest's for what it makes for a call. */
  private compiler(
    target: HandlerTarget,
    args: HandlerArguments,
    standIns: StandIns,
    filtered: boolean,
    manners: NestManners,
  ): Compile {
    const { globals } = this;
    const creator = nestCreator(target.host, globals.config, standIns);
    // Nest looks all enhancers over here, refuses what is none and warns of what will not work, whoever runs them later; and
    // keeps, for good, the first instance it sees, which must not be one of a call.
    const checked = nestChain(creator, target, exampleOf(target), args, undefined);
    const filtersOf = filtered ? this.nestFilters(target, standIns) : null;
    return (instance, contextId) => {
      if (contextId === undefined) {
        const chain = compileChain(target, instance, { globals, args, standIns, manners });
        if (chain !== null) return chain;
      }
      const nest = contextId === undefined ? checked : nestChain(creator, target, instance, args, contextId);
      const run = behindHooks(globals.hooks, instance.constructor, target.method, nest);
      const filters = filtersOf?.(instance, contextId) ?? null;
      return behindFilters(asHandler(run), filters);
    };
  }

  private nestFilters(target: HandlerTarget, standIns: StandIns): FilterChains {
    return filterChains(nestCreator(target.host, this.globals.filterConfig, standIns), target);
  }

  /** Nest hands scoped global enhancers to classes it makes, and to no others. */
  private checkGlobals(target: HandlerTarget): void {
    if (this.globals.scoped.length === 0) return;
    if (!isClassProvider(target) || types.isProxy(target.wrapper.metatype)) {
      throw new ServiceSchemaError(globalEnhancerUnreachable(target.origin, providerName(target)));
    }
  }
}

/** The instance; of a scoped class what Nest keeps in its place, of a factory's scoped product the class says what is bound to it. */
const exampleOf = ({ wrapper, type }: HandlerTarget): object =>
  (wrapper.instance as object | null | undefined) ?? (type.prototype as object);
