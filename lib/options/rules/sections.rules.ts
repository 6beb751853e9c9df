import type { BulkheadOptions, CircuitBreakerOptions, RetryPolicyOptions } from '../resilience.options.js';
import type { TrackingOptions } from '../tracking.options.js';
import type { TransitOptions } from '../transit.options.js';
import type { GlobalEnhancersOptions } from '../global-enhancers.options.js';
import { expected } from '../../messages/options.messages.js';
import { describeValue } from './describe-value.js';
import { count, milliseconds, ratio, seconds } from './number.rules.js';
import { disabledSection } from './not-built.rules.js';
import { reject } from './rule.js';
import type { Rule, RuleSite } from './rule.js';
import { shape } from './shape.rule.js';
import type { PathsOf } from './shape.rule.js';
import { boolean, callback, isRecord } from './value.rules.js';

type Check = (error: { code?: unknown; retryable?: unknown } | null | undefined) => boolean;

const isRetryable: Check = (error) => !!error?.retryable;
const isServerError: Check = (error) => Number(error?.code) >= 500;

export const transit = (elsewhere: PathsOf): Rule<Required<TransitOptions>> =>
  shape<Required<TransitOptions>>(
    {
      maxQueueSize: count(50_000, 0, 'requests'),
      maxChunkSize: count(256 * 1024, 0, 'bytes'),
      maxPacketSize: count(16 * 1024 * 1024, 1024, 'bytes'),
      bundling: boolean(true),
      maxNameLength: count(1024, 64, 'characters'),
      rememberedIDs: count(5000, 0, 'IDs'),
      disableReconnect: boolean(false),
      disableVersionCheck: boolean(false),
      serviceChangedDebounceTime: milliseconds(50),
      connectTimeout: milliseconds(5000),
    },
    { elsewhere },
  );

export const tracking = (elsewhere: PathsOf): Rule<Required<TrackingOptions>> =>
  shape<Required<TrackingOptions>>(
    { enabled: boolean(true), shutdownTimeout: milliseconds(5000) },
    { elsewhere },
  );

export const retryPolicy = (elsewhere: PathsOf): Rule<Required<RetryPolicyOptions>> =>
  disabledSection(
    shape<Required<RetryPolicyOptions>>(
      {
        enabled: boolean(false),
        retries: count(5, 0, 'retries'),
        delay: milliseconds(100),
        maxDelay: milliseconds(1000),
        factor: ratio(2, 1, 1000),
        check: callback<Required<RetryPolicyOptions>['check']>(isRetryable),
      },
      { elsewhere },
    ),
  );

export const circuitBreaker = (elsewhere: PathsOf): Rule<Required<CircuitBreakerOptions>> =>
  disabledSection(
    shape<Required<CircuitBreakerOptions>>(
      {
        enabled: boolean(false),
        threshold: ratio(0.5, 0, 1),
        windowTime: seconds(60, 10_000),
        minRequestCount: count(20, 0, 'requests'),
        halfOpenTime: milliseconds(10_000),
        check: callback<Required<CircuitBreakerOptions>['check']>(isServerError),
      },
      { elsewhere },
    ),
  );

export const bulkhead = (elsewhere: PathsOf): Rule<Required<BulkheadOptions>> =>
  disabledSection(
    shape<Required<BulkheadOptions>>(
      {
        enabled: boolean(false),
        concurrency: count(10, 1, 'requests'),
        maxQueueSize: count(100, 0, 'requests'),
      },
      { elsewhere },
    ),
  );

/** `true` and `false` stand for all four kinds. */
export function globalEnhancers(elsewhere: PathsOf): Rule<Required<GlobalEnhancersOptions>> {
  const all = (on: boolean) => ({ guards: on, interceptors: on, pipes: on, filters: on });
  const each = shape<Required<GlobalEnhancersOptions>>(
    { guards: boolean(true), interceptors: boolean(true), pipes: boolean(true), filters: boolean(true) },
    { elsewhere },
  );
  const rule = (value: unknown, site: RuleSite): Required<GlobalEnhancersOptions> => {
    if (typeof value === 'boolean') return all(value);
    if (value === undefined || isRecord(value)) return each(value, site);
    reject(
      site,
      describeValue(value, site.path),
      expected('true, false or an object of guards, interceptors, pipes, filters'),
    );
    return all(true);
  };
  return Object.assign(rule, { fields: each.fields });
}
