import { expected, namedPartNotBuilt, unknownPart } from '../../messages/options.messages.js';
import type { StrategyChoice } from '../resolved-options.js';
import { describeValue } from './describe-value.js';
import { nearestNames } from './did-you-mean.js';
import { count, milliseconds, optional, seconds } from './number.rules.js';
import { strategy } from './parts.rules.js';
import { reject } from './rule.js';
import type { Rule, RuleSite } from './rule.js';
import { shape } from './shape.rule.js';
import type { PathsOf } from './shape.rule.js';
import { boolean, freeForm, isRecord } from './value.rules.js';

export const HEARTBEAT_INTERVAL = seconds(10, 1000, true);
export const HEARTBEAT_TIMEOUT = seconds(30, 5000);

/** As given: without heartbeats of its own it has those of the module. */
export interface CheckedDiscovererOptions {
  heartbeatInterval: number | null;
  heartbeatTimeout: number | null;
  disableHeartbeatChecks: boolean;
  disableOfflineNodeRemoving: boolean;
  cleanOfflineNodesTimeout: number;
  refreshEvery: number;
}

export interface CheckedRegistryOptions {
  strategy: StrategyChoice;
  strategyOptions: Readonly<Record<string, unknown>>;
  preferLocal: boolean;
  stopDelay: number;
  maxNodes: number;
  maxAnnouncedSize: number;
  maxDepth: number;
  discoverer: { type: 'Local'; options: CheckedDiscovererOptions };
}

export const registry = (elsewhere: PathsOf): Rule<CheckedRegistryOptions> =>
  shape<CheckedRegistryOptions>(
    {
      strategy,
      strategyOptions: freeForm(),
      preferLocal: boolean(true),
      stopDelay: milliseconds(100),
      maxNodes: count(5000, 1, 'nodes'),
      maxAnnouncedSize: count(256 * 1024 * 1024, 1024 * 1024, 'bytes'),
      maxDepth: count(64, 8, 'levels', 1000),
      discoverer: discoverer(elsewhere),
    },
    { elsewhere },
  );

function discoverer(elsewhere: PathsOf): Rule<CheckedRegistryOptions['discoverer']> {
  const whole = shape<CheckedRegistryOptions['discoverer']>(
    { type: discovererName, options: localOptions(elsewhere) },
    { elsewhere },
  );
  const rule = (value: unknown, site: RuleSite): CheckedRegistryOptions['discoverer'] => {
    if (value === undefined || value === null || isRecord(value)) return whole(value ?? undefined, site);
    discovererName(value, site);
    return whole(undefined, site);
  };
  return Object.assign(rule, { fields: whole.fields });
}

const localOptions = (elsewhere: PathsOf): Rule<CheckedDiscovererOptions> =>
  shape<CheckedDiscovererOptions>(
    {
      heartbeatInterval: optional(HEARTBEAT_INTERVAL),
      heartbeatTimeout: optional(HEARTBEAT_TIMEOUT),
      disableHeartbeatChecks: boolean(false),
      disableOfflineNodeRemoving: boolean(false),
      cleanOfflineNodesTimeout: seconds(600, 200_000),
      refreshEvery: count(3, 0, 'heartbeats'),
    },
    { elsewhere },
  );

const PLANNED_DISCOVERERS: readonly string[] = ['Redis', 'Etcd3'];

const discovererName: Rule<'Local'> = (value, site) => {
  if (value === undefined || (typeof value === 'string' && value.toLowerCase() === 'local')) return 'Local';
  const text = describeValue(value, site.path);
  if (typeof value !== 'string') {
    reject(site, text, expected("'Local'"));
    return 'Local';
  }
  const [wanted = ''] = value.toLowerCase().split('://', 1);
  const planned = PLANNED_DISCOVERERS.find(
    (name) => name.toLowerCase() === wanted || (name === 'Redis' && wanted === 'rediss'),
  );
  if (planned) reject(site, text, namedPartNotBuilt('discoverer', planned, ['Local']));
  else
    reject(
      site,
      text,
      unknownPart('discoverer', nearestNames(value, ['Local', ...PLANNED_DISCOVERERS]), ['Local']),
    );
  return 'Local';
};
