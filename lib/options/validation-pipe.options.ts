import type { ValidationPipeOptions } from '@nestjs/common';

/** Options of Nest's `ValidationPipe`, less those of its HTTP error and its packages. It always transforms. */
export interface ClassValidationOptions extends Omit<
  ValidationPipeOptions,
  (typeof PIPE_OPTIONS_OF_OTHERS)[number]
> {}

/** What the library settles itself. */
export const PIPE_OPTIONS_OF_OTHERS = [
  'transform',
  'exceptionFactory',
  'errorHttpStatusCode',
  'disableErrorMessages',
  'errorFormat',
  'maxErrorMessagesLength',
  'expectedType',
  'validateCustomDecorators',
  'validatorPackage',
  'transformerPackage',
] as const;
