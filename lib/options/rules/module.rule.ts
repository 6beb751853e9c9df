import type { ErrorRegenerator } from '../../protocol/error-regenerator.js';
import { expected } from '../../messages/options.messages.js';
import { RETURNS_MODES } from '../returns.options.js';
import type { ResolvedOptions } from '../resolved-options.js';
import { describeValue } from './describe-value.js';
import { count, milliseconds } from './number.rules.js';
import { disabledFreeForm, onlyOff } from './not-built.rules.js';
import { serializer, transporter, validationPipe, validator } from './parts.rules.js';
import { HEARTBEAT_INTERVAL, HEARTBEAT_TIMEOUT, registry } from './registry.rules.js';
import type { CheckedRegistryOptions } from './registry.rules.js';
import { reject } from './rule.js';
import type { Rule } from './rule.js';
import {
  bulkhead,
  circuitBreaker,
  globalEnhancers,
  retryPolicy,
  tracking,
  transit,
} from './sections.rules.js';
import type { Fields, PathsOf } from './shape.rule.js';
import { boolean, callback, isRecord, oneOf, sendableForm, topicPart } from './value.rules.js';

/** The options one by one, before the heartbeats of module and discoverer are brought together. */
export type CheckedOptions = Omit<ResolvedOptions, 'registry'> & { registry: CheckedRegistryOptions };

/** A rule for every option of the module. */
export const moduleFields = (elsewhere: PathsOf): Fields<CheckedOptions> => ({
  namespace: topicPart(''),
  nodeID: topicPart(null),
  metadata: sendableForm(),
  transporter,
  protocolVersion: oneOf(['4', '5', 'auto'], 'auto'),
  serializer,
  transit: transit(elsewhere),
  requestTimeout: milliseconds(30_000),
  maxCallLevel: count(0, 0, 'levels'),
  contextParamsCloning: boolean(false),
  uidGenerator: callback<CheckedOptions['uidGenerator']>(null),
  validator,
  validationPipe,
  validateReturns: oneOf(RETURNS_MODES, 'throw'),
  registry: registry(elsewhere),
  heartbeatInterval: HEARTBEAT_INTERVAL,
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  dependencyInterval: milliseconds(1000, 1),
  dependencyTimeout: milliseconds(0),
  internalServices: boolean(true),
  tracking: tracking(elsewhere),
  errorHandler: callback<CheckedOptions['errorHandler']>(null),
  exposeStack: boolean(exposeStackByDefault()),
  errorRegenerator,
  globalEnhancers: globalEnhancers(elsewhere),
  ambientContext: boolean(false),
  disableBalancer: onlyOff((value) => value === false, false, 'false'),
  cacher: onlyOff((value) => value === null || value === false, null, 'null'),
  retryPolicy: retryPolicy(elsewhere),
  circuitBreaker: circuitBreaker(elsewhere),
  bulkhead: bulkhead(elsewhere),
  metrics: disabledFreeForm(),
  tracing: disabledFreeForm(),
  middlewares: onlyOff<readonly []>(isNullOrEmpty, [], '[]'),
});

/** The one place that asks for the environment. */
function exposeStackByDefault(): boolean {
  return process.env['NODE_ENV'] !== 'production';
}

function isNullOrEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

const errorRegenerator: Rule<ErrorRegenerator | null> = (value, site) => {
  if (value === undefined || value === null) return null;
  if (
    isRecord(value) &&
    [value['restore'], value['extractPlainError']].some((method) => typeof method === 'function')
  ) {
    return value as ErrorRegenerator;
  }
  reject(
    site,
    describeValue(value, site.path),
    expected('an object with restore(), extractPlainError() or both, or null'),
  );
  return null;
};
