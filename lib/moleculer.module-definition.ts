import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { MoleculerModuleOptions } from './options/moleculer-module-options.interface.js';

/** What stands beside the options and is known before they are: it is never returned by a factory. */
export interface MoleculerModuleExtras {
  /** Whether all modules see the broker without importing this one. @default true */
  isGlobal?: boolean;
  /** A further broker, reached by `@InjectBroker(name)` and `@Service({ broker: name })`. @default none: the default broker */
  name?: string;
}

/** For `forRootAsync({ useClass })`. */
export interface MoleculerOptionsFactory {
  /** The options of the broker. */
  createMoleculerOptions(): MoleculerModuleOptions | Promise<MoleculerModuleOptions>;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<MoleculerModuleOptions>({ moduleName: 'Moleculer' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createMoleculerOptions')
    .setExtras<MoleculerModuleExtras>({ isGlobal: true, name: undefined }, (definition, { isGlobal }) => ({
      ...definition,
      global: isGlobal,
    }))
    .build();

/** What `forRootAsync` takes: `imports`, `inject`, and one of `useFactory`, `useClass`, `useExisting`. */
export type MoleculerModuleAsyncOptions = typeof ASYNC_OPTIONS_TYPE;
