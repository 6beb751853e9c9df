import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MoleculerModule } from 'nestjs-moleculer';
import type { NodeSettings } from './node.js';
import { type NestRole, ROLES } from './roles.js';

class AppModule {}

/** A Nest application, and by `MoleculerModule` a node of the cluster. */
export function startApp(role: NestRole, settings: NodeSettings): Promise<INestApplicationContext> {
  // Longer than by default: one machine runs them all, and one that is held up shall read in time that another leaves.
  const registry = { stopDelay: 1000 };
  const imports = [MoleculerModule.forRoot({ ...settings, requestTimeout: 10_000, registry }), ROLES[role]];
  return NestFactory.createApplicationContext(
    { module: AppModule, imports },
    { logger: ['warn', 'error', 'fatal'], abortOnError: false },
  );
}
