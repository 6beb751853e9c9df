import type { DiscoveryService } from '@nestjs/core';

/** Nest's record of a provider or controller. */
export type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** Nest's record of a module. */
export type HostModule = NonNullable<Wrapper['host']>;

/** A method that is to become a handler. */
export interface HandlerTarget {
  readonly wrapper: Wrapper;
  readonly host: HostModule;
  /** The class, also of what a factory made. */
  readonly type: Function;
  readonly methodName: string;
  /** From the prototype, with its metadata: an instance's own function of that name (a spy) has none. */
  readonly method: Method;
  /** `Class.method`. */
  readonly origin: string;
}

export type Method = (this: unknown, ...args: unknown[]) => unknown;

/** How messages call a provider. */
export const providerName = ({ wrapper, type }: Pick<HandlerTarget, 'wrapper' | 'type'>): string => {
  const { token } = wrapper;
  return typeof token === 'function' ? token.name : token === undefined ? type.name : String(token);
};

/** Whether Nest made the instance from its class; only then does it look after the enhancers bound to the class. */
export const isClassProvider = ({ wrapper }: Pick<HandlerTarget, 'wrapper'>): boolean =>
  !wrapper.isNotMetatype;
