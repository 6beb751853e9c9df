import { ServiceSchemaError } from '../../errors/service.error.js';
import { packageMissing } from '../../messages/validators.messages.js';
import { isMissing, loadFromApplication } from '../../options/application-package.js';

/** The part of class-validator that is used here; the rest is for Nest's pipe. */
export interface ClassValidator {
  getMetadataStorage?(): {
    getTargetValidationMetadatas(
      target: object,
      schema: string | undefined,
      always: boolean,
      strictGroups: boolean,
    ): ConstraintMetadata[];
  };
}

/** One decorator on one property. */
export interface ConstraintMetadata {
  readonly propertyName: string;
  /** Of the decorator: `isInt`, `minLength` … */
  readonly name?: string;
  readonly type: string;
  readonly constraints?: readonly unknown[];
  readonly each?: boolean;
}

export interface ClassPackages {
  readonly validator: ClassValidator;
  readonly transformer: object;
}

/**
 * The application's class-validator and class-transformer. Nest's pipe would load them itself, and end the process without them.
 *
 * @throws ServiceSchemaError with the command that installs them
 */
export function loadClassPackages(require: (name: string) => unknown = loadFromApplication): ClassPackages {
  return {
    validator: loadOne('class-validator', require) as ClassValidator,
    transformer: loadOne('class-transformer', require) as object,
  };
}

function loadOne(name: string, require: (name: string) => unknown): unknown {
  try {
    return require(name);
  } catch (error) {
    if (!isMissing(error, name)) throw error;
    throw new ServiceSchemaError(packageMissing(name), { package: name });
  }
}
