import { ExternalContextCreator } from '@nestjs/core';
import type { ApplicationConfig, NestContainer } from '@nestjs/core';
import type { StandIns } from './bound-enhancers.js';
import type { HostModule } from './handler-target.js';

const NO_KEY = 'handler';

/**
 * Nest's ExternalContextCreator for the handlers of one module. The app's own will not do:
 * - it finds the module by the provider's class, hence none for controllers and (Nest 11) providers under another token, and then
 *   leaves out enhancers given as classes, guards too, in silence;
 * - it always runs the app's global enhancers;
 * - Nest 11 caches by class and method, whoever asks;
 * - an Observable without values is an error to it, and an endless one never ends.
 * Built by its public factory over a view of the container that has this module alone.
 */
export function nestCreator(
  host: HostModule,
  config: ApplicationConfig,
  standIns: StandIns,
): ExternalContextCreator {
  const view = {
    injectables: standIns.size === 0 ? host.injectables : withStandIns(host, standIns),
    providers: host.providers,
    entryProviders: [],
    hasProvider: () => true,
  };
  const modules = new Map([[NO_KEY, view]]);
  const container = { applicationConfig: config, getModules: () => modules };
  const creator = ExternalContextCreator.fromContainer(container as unknown as NestContainer);
  // Whoever runs handlers unwraps Observables.
  creator.transformToResult = async (result: unknown) => result;
  return creator;
}

function withStandIns(host: HostModule, standIns: StandIns): Map<unknown, unknown> {
  const all = new Map<unknown, unknown>(host.injectables);
  for (const [token, instance] of standIns) {
    const perContext = { instance, isResolved: true, isConstructorCalled: true };
    all.set(token, {
      token,
      instance,
      isTransient: false,
      isDependencyTreeDurable: () => false,
      getInstanceByContextId: () => perContext,
    });
  }
  return all;
}
