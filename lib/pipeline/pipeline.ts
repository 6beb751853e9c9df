import type { ActionDefinition, EventDefinition, Handler } from '../registry/service-definition.js';
import { type ErrorHandler, withErrorHandler } from './error-handler.js';
import { withClonedParams } from './params-cloning.js';
import { type Check, withValidation } from './validation.js';

export interface PipelineOptions {
  /** null: validation is off. */
  compileSchema: ((schema: unknown) => Check) | null;
  contextParamsCloning: boolean;
  errorHandler: ErrorHandler | null;
}

/** Builds what wraps a handler, once. What is off is not in the chain. */
export class Pipeline {
  constructor(private readonly options: PipelineOptions) {}

  action(definition: ActionDefinition): Handler {
    return this.compile(definition.handler, definition.info['params']);
  }

  event(definition: EventDefinition): Handler {
    return this.compile(definition.handler, definition.info['params']);
  }

  private compile(handler: Handler, schema: unknown): Handler {
    const { compileSchema, contextParamsCloning, errorHandler } = this.options;
    let chain = handler;
    if (compileSchema !== null && isSchema(schema)) chain = withValidation(chain, compileSchema(schema));
    if (contextParamsCloning) chain = withClonedParams(chain);
    if (errorHandler !== null) chain = withErrorHandler(chain, errorHandler);
    return chain;
  }
}

function isSchema(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && Object.keys(schema).length > 0;
}
