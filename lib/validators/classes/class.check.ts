import { ValidationPipe, type Type, type ValidationPipeOptions } from '@nestjs/common';
import { ServiceSchemaError } from '../../errors/service.error.js';
import { classWithoutRules } from '../../messages/validators.messages.js';
import { refuse } from '../refuse.js';
import { classIssues, type ClassIssue } from './class-issues.js';
import { type ClassPackages, loadClassPackages } from './load-class-packages.js';

/** A class whose properties have decorators of class-validator. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- `unknown` would refuse constructors with parameters
export type SchemaClass = abstract new (...args: any[]) => unknown;

/** What Nest's pipe says of a value, on its way to the one error. */
class Unfitting {
  constructor(readonly errors: readonly ClassIssue[]) {}
}

/**
 * The check of a class: Nest's `ValidationPipe`, whose output is an instance. Asynchronous, as class-validator is.
 *
 * @throws ServiceSchemaError a package is missing; the class has no rules
 */
export function classCheck(
  type: SchemaClass,
  options: object,
  packages: ClassPackages = loadClassPackages(),
): (value: unknown, ctx: unknown) => Promise<unknown> {
  checkRules(type, packages);
  const pipe = new ValidationPipe({
    ...options,
    transform: true,
    exceptionFactory: (errors) => new Unfitting(errors),
    validatorPackage: packages.validator as ValidationPipeOptions['validatorPackage'],
    transformerPackage: packages.transformer as ValidationPipeOptions['transformerPackage'],
  });
  const metadata = { type: 'body', metatype: type as Type<unknown> } as const;
  return (value, ctx) =>
    (pipe.transform(value ?? {}, metadata) as Promise<unknown>).catch((thrown: unknown) => {
      if (thrown instanceof Unfitting) refuse(classIssues(thrown.errors), ctx);
      throw thrown;
    });
}

/** A class without rules would let everything pass: `String`, or one whose decorators were forgotten. */
function checkRules(type: SchemaClass, { validator }: ClassPackages): void {
  const rules = validator.getMetadataStorage?.().getTargetValidationMetadatas(type, undefined, false, false);
  if (rules?.length === 0) throw new ServiceSchemaError(classWithoutRules(type.name));
}
