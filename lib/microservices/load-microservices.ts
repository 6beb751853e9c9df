import { createRequire } from 'node:module';
import { MoleculerError } from '../errors/moleculer.error.js';
import { PACKAGE, packageMissing } from '../messages/microservices.messages.js';

type Microservices = typeof import('@nestjs/microservices');

/** At once, as a base class must be there when the class is: so it is `require`, which takes modules of both kinds. */
function load(): Microservices {
  try {
    return createRequire(import.meta.url)(PACKAGE) as Microservices;
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    const missing = code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
    // What it may itself be missing is another matter.
    if (!missing || !String(message).includes(`'${PACKAGE}'`)) throw error;
    throw new MoleculerError(packageMissing, 500, 'PACKAGE_MISSING', { package: PACKAGE });
  }
}

/** The application's `@nestjs/microservices`, 11 or 12. */
export const microservices = load();
