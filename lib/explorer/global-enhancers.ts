import { Catch } from '@nestjs/common';
import type { ExceptionFilter } from '@nestjs/common';
import type { ApplicationConfig } from '@nestjs/core';
import type { Observable } from 'rxjs';
import type { GlobalEnhancersOptions } from '../options/global-enhancers.options.js';
import type { HandlerContext } from './handler-context.js';
import type { Wrapper } from './handler-target.js';

/** Nest 12: what runs before guards. */
export type PreRequestHook = (
  context: HandlerContext,
  next: () => Observable<unknown>,
) => Observable<unknown>;

const GETTERS = {
  guards: ['getGlobalGuards', 'getGlobalRequestGuards'],
  interceptors: ['getGlobalInterceptors', 'getGlobalRequestInterceptors'],
  pipes: ['getGlobalPipes', 'getGlobalRequestPipes'],
  filters: ['getGlobalFilters', 'getGlobalRequestFilters'],
} as const;

const NONE = (): never[] => [];

/** Catches last and lets the error go on. Without it Nest would log what the broker logs or the caller gets. */
@Catch()
class LastFilter implements ExceptionFilter {
  catch(exception: unknown): never {
    throw exception;
  }
}

/** The app's global enhancers, as far as `globalEnhancers` lets them run on handlers. */
export class GlobalEnhancers {
  /** The app's configuration with the kinds left out that are switched off. */
  readonly config: ApplicationConfig;
  /** The same, for running filters alone. */
  readonly filterConfig: ApplicationConfig;
  private readonly hooksToo: boolean;

  constructor(config: ApplicationConfig, enabled: Readonly<Required<GlobalEnhancersOptions>>) {
    this.config = Object.create(config) as ApplicationConfig;
    for (const kind of Object.keys(GETTERS) as (keyof typeof GETTERS)[]) {
      if (enabled[kind]) continue;
      for (const getter of GETTERS[kind]) Object.defineProperty(this.config, getter, { value: NONE });
    }
    this.hooksToo = Object.values(enabled).includes(true);
    this.filterConfig = Object.create(this.config) as ApplicationConfig;
    const last = new LastFilter();
    Object.defineProperty(this.filterConfig, 'getGlobalFilters', {
      // Nest tries them from the back.
      value: () => [last, ...this.config.getGlobalFilters()],
    });
  }

  /** Whether any guard, interceptor or pipe runs on all handlers. Read at start, when `useGlobal…` have been called. */
  get any(): boolean {
    const { config } = this;
    return [
      config.getGlobalGuards(),
      config.getGlobalInterceptors(),
      config.getGlobalPipes(),
      this.scoped,
      this.hooks,
    ].some((enhancers) => enhancers.length > 0);
  }

  get anyFilter(): boolean {
    return this.config.getGlobalFilters().length > 0 || this.config.getGlobalRequestFilters().length > 0;
  }

  /** The request-scoped and transient ones. */
  get scoped(): readonly Wrapper[] {
    const { config } = this;
    return [
      ...config.getGlobalRequestGuards(),
      ...config.getGlobalRequestInterceptors(),
      ...config.getGlobalRequestPipes(),
      ...config.getGlobalRequestFilters(),
    ] as Wrapper[];
  }

  /** Whether these run on a class. Nest gives them to what it finds when the app starts, and to nothing that is loaded later. */
  reach(wrapper: Wrapper): boolean {
    const reached: readonly Wrapper[] = wrapper.getEnhancersMetadata() ?? [];
    return this.scoped.every((enhancer) => reached.includes(enhancer));
  }

  get hooks(): readonly PreRequestHook[] {
    const { config } = this as { config: { getGlobalPreRequestHooks?(): PreRequestHook[] } };
    return this.hooksToo ? (config.getGlobalPreRequestHooks?.() ?? []) : [];
  }
}
