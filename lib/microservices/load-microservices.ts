import { MoleculerError } from '../errors/moleculer.error.js';
import { PACKAGE, packageMissing } from '../messages/microservices.messages.js';
import { isMissing, loadFromApplication } from '../options/application-package.js';

type Microservices = typeof import('@nestjs/microservices');

/** At once, as a base class must be there when the class is: so it is `require`, which takes modules of both kinds. */
function load(): Microservices {
  try {
    return loadFromApplication(PACKAGE) as Microservices;
  } catch (error) {
    if (!isMissing(error, PACKAGE)) throw error;
    throw new MoleculerError(packageMissing, 500, 'PACKAGE_MISSING', { package: PACKAGE });
  }
}

/** The application's `@nestjs/microservices`, 11 or 12. */
export const microservices = load();
