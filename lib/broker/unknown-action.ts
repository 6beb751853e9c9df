import * as messages from '../messages/broker.messages.js';
import { nearestNames } from '../options/rules/did-you-mean.js';
import type { BrokerState } from './broker-control.js';

/** So many names are looked at: calls that fail must not cost more the larger the cluster is. */
const MOST = 2000;
const SHOWN = 10;

/** What the hint is taken from. */
export interface KnownActions {
  /** Names that can be called now. */
  actionNames(): Iterable<string>;
  /** What a test can do about it; null: nothing. */
  remedy(action: string): string | null;
}

/** How this node stands to its cluster. */
export interface ClusterLink {
  /** No transporter. */
  readonly alone: boolean;
  readonly connected: boolean;
  /** Why there is no connection, if there was a reason. */
  readonly reason: string | undefined;
}

/** Why an action was perhaps not found, for whoever reads the message: a name misspelt, no cluster, nobody there yet. */
export function whyUnknown(
  action: string,
  known: KnownActions,
  link: ClusterLink,
  state: BrokerState,
): string {
  const remedy = known.remedy(action);
  const reason = whyNot(action, known, link, state);
  return remedy === null ? reason : `${remedy} ${reason}`;
}

function whyNot(action: string, known: KnownActions, link: ClusterLink, state: BrokerState): string {
  const dot = action.lastIndexOf('.');
  const service = dot > 0 ? action.slice(0, dot) : null;
  const { ofService, ofName } = related(known.actionNames(), service, action.slice(dot + 1));
  const near = nearestNames(action, [...ofService, ...ofName]);
  if (near.length > 0) return messages.didYouMean(near);
  if (ofService.length > 0 && service !== null)
    return messages.serviceHas(service, ofService.slice(0, SHOWN));
  // Before its start a node has not even its own: whether there is a transporter is no matter then.
  if (state === 'idle' && isEmpty(known.actionNames())) return messages.notInitialised;
  if (link.alone) return messages.noTransporter;
  if (!link.connected) return state === 'leaving' ? messages.hasLeft : messages.notInCluster(link.reason);
  return messages.nobodyOffers(service ?? action);
}

const isEmpty = (names: Iterable<string>): boolean => names[Symbol.iterator]().next().done === true;

/** The names that share the service or the last part with the one that was called. */
function related(names: Iterable<string>, service: string | null, last: string) {
  const ofService: string[] = [];
  const ofName: string[] = [];
  let looked = 0;
  for (const name of names) {
    if (looked++ === MOST) break;
    if (service !== null && name.startsWith(`${service}.`)) ofService.push(name);
    else if (name.endsWith(`.${last}`)) ofName.push(name);
  }
  return { ofService, ofName };
}
