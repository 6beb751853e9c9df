import { MOLECULER_SCHEDULER, type ServiceBroker } from '../../../lib/index.js';
import type { NodeScheduler } from '../../../lib/testing/node-scheduler.js';
import type { Scenario } from './scenario.js';

/** Heartbeats and the look at those of others. */
const TIMERS_AT_REST = 2;

/** What must hold after a recovery; everything that does not, in words. */
export async function broken(scenario: Scenario): Promise<string[]> {
  const agreed = disagreements(scenario);
  const served = await unserved(scenario);
  return [...agreed, ...served, ...unsettled(scenario), ...twice(scenario), ...leaks(scenario)];
}

/** Every node must be answered by every other. */
async function unserved({ brokers, cluster }: Scenario): Promise<string[]> {
  const calls = brokers.flatMap((broker) =>
    brokers
      .filter((other) => other.registry.announcedInfo().some(({ name }) => name === 'work'))
      .map(async ({ nodeID }) => {
        const answer = await broker
          .call<string>('work.quick', {}, { nodeID, timeout: 1000 })
          .catch((error: unknown) => String(error));
        return answer === nodeID ? '' : `${broker.nodeID} gets from ${nodeID}: ${answer}`;
      }),
  );
  const answers = await cluster.run(Promise.all(calls));
  // What is settled is dropped at the next look.
  await cluster.advance(100);
  return answers.filter((text) => text !== '');
}

/** Each node must see each other as that is, nobody else, and the same offers. */
export function disagreements({ brokers }: Scenario): string[] {
  const found: string[] = [];
  const offers = new Map<string, string>();
  for (const broker of brokers) {
    const { nodeID, registry } = broker;
    for (const other of brokers) {
      if (other === broker) continue;
      const seen = registry.node(other.nodeID);
      if (!seen?.available) found.push(`${nodeID} does not see ${other.nodeID}`);
      else if (seen.instanceID !== other.registry.localNode.instanceID)
        found.push(`${nodeID} sees an earlier ${other.nodeID}`);
      else if (seen.seq !== other.registry.localSeq) found.push(`${nodeID} sees ${other.nodeID} as it was`);
    }
    for (const { id, available } of registry.nodes()) {
      const ghost = available && !brokers.some((other) => other.nodeID === id);
      if (ghost) found.push(`${nodeID} sees ${id}, which is gone`);
    }
    offers.set(nodeID, offersOf(broker));
  }
  const [first, ...rest] = [...offers];
  for (const [nodeID, list] of rest) {
    if (list !== first![1])
      found.push(`${nodeID} and ${first![0]} know of different offers:\n${list}\n${first![1]}`);
  }
  return found;
}

function offersOf({ registry }: ServiceBroker): string {
  const actions = registry.actions({ withEndpoints: true, skipInternal: true });
  const events = registry.events({ withEndpoints: true, skipInternal: true });
  return [...actions, ...events]
    .map(({ name, endpoints = [], ...rest }) => {
      const nodes = endpoints.filter(({ available }) => available).map(({ nodeID }) => nodeID);
      return nodes.length === 0
        ? ''
        : `${name} ${'group' in rest ? rest.group : ''}: ${nodes.sort().join(' ')}`;
    })
    .filter((line) => line !== '')
    .sort()
    .join('\n');
}

export function unsettled(scenario: Scenario): string[] {
  return scenario.attempts
    .filter((attempt) => !attempt.settled && scenario.isAlive(attempt))
    .map(({ text, caller }) => `the call ${text} of ${caller} was never settled`);
}

export function twice({ witness }: Scenario): string[] {
  return [...witness.actions, ...witness.events]
    .filter(([, times]) => times > 1)
    .map(([what, times]) => `ran ${times} times: ${what}`);
}

export function leaks({ brokers, cluster }: Scenario): string[] {
  const found = brokers.flatMap((broker) => {
    const { requester, deadlines, remoteWork, localWork } = broker.parts;
    const timers = cluster.get<NodeScheduler>(broker.nodeID, MOLECULER_SCHEDULER).pending;
    const left = {
      'calls to others': requester.pending.size,
      deadlines: deadlines.size,
      'work of others': remoteWork.count,
      'work of its own': localWork.count,
      'timers too many': timers - TIMERS_AT_REST,
    };
    return Object.entries(left)
      .filter(([, number]) => number !== 0)
      .map(([what, number]) => `${broker.nodeID} has ${number} ${what} left`);
  });
  return found;
}
