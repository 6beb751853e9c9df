import { inService } from '../messages/broker.messages.js';
import type { ReturnsMode } from '../options/returns.options.js';
import type { ActionDefinition, EventDefinition, Handler } from '../registry/service-definition.js';
import { withAmbientContext } from './ambient-context.js';
import { type ErrorHandler, withErrorHandler } from './error-handler.js';
import { withClonedParams } from './params-cloning.js';
import { type TellUnfitting, withResultCheck } from './results.js';
import { type Check, withValidation } from './validation.js';

export interface PipelineOptions {
  /** null: validation is off. */
  compileSchema: ((schema: unknown) => Check) | null;
  /** Absent: results are not checked, whatever an action says. */
  results?: ResultOptions;
  contextParamsCloning: boolean;
  errorHandler: ErrorHandler | null;
  ambientContext: boolean;
}

export interface ResultOptions {
  compileSchema: (schema: unknown) => Check;
  /** For actions that do not say it themselves (`validateReturns`). */
  mode: ReturnsMode;
  tell: TellUnfitting;
}

/** Builds what wraps a handler, once. What is off is not in the chain. */
export class Pipeline {
  constructor(private readonly options: PipelineOptions) {}

  action(definition: ActionDefinition): Handler {
    return this.compile(definition, this.checkedResults(definition));
  }

  event(definition: EventDefinition): Handler {
    return this.compile(definition, definition.handler);
  }

  private checkedResults({ info, handler, origin }: ActionDefinition): Handler {
    const { results } = this.options;
    const schema = info['returns'];
    if (results === undefined || !isSchema(schema)) return handler;
    const mode = (info['validateReturns'] ?? results.mode) as ReturnsMode;
    if (mode === 'off') return handler;
    return withResultCheck(handler, checkOf(schema, results.compileSchema, origin), mode, results.tell);
  }

  private compile(definition: ActionDefinition | EventDefinition, handler: Handler): Handler {
    const { compileSchema, contextParamsCloning, errorHandler, ambientContext } = this.options;
    let chain = handler;
    const schema = definition.info['params'];
    if (compileSchema !== null && isSchema(schema)) {
      chain = withValidation(chain, checkOf(schema, compileSchema, definition.origin));
    }
    if (contextParamsCloning) chain = withClonedParams(chain);
    if (errorHandler !== null) chain = withErrorHandler(chain, errorHandler);
    return ambientContext ? withAmbientContext(chain) : chain;
  }
}

/** Whatever a validator throws says where the schema is, and stays what it was. */
function checkOf(schema: unknown, compile: (schema: unknown) => Check, origin: string): Check {
  try {
    return compile(schema);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { message, stack } = error;
    error.message = inService(origin, message);
    if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
    throw error;
  }
}

/** Classes and some Standard Schemas are functions. */
function isSchema(schema: unknown): boolean {
  if (typeof schema === 'function') return true;
  return (
    typeof schema === 'object' && schema !== null && (Object.keys(schema).length > 0 || '~standard' in schema)
  );
}
