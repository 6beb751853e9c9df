import {
  MoleculerClientError,
  type MoleculerError,
  ServiceNotFoundError,
  ValidationError,
  type ValidationIssue,
} from 'nestjs-moleculer';
import { failureOf, same } from './answers.js';
import type { Scene } from './scene.js';

/** An error thrown on another node is caught with `instanceof`, as if it had been thrown here. */
export async function errors({ cluster, checks }: Scene): Promise<void> {
  const { broker } = cluster;

  const refused = await failureOf(
    broker.call('stock.reserve', { item: 'chair', count: 9 }, { nodeID: 'north' }),
  );
  checks.check(
    'thrown by a handler, on north',
    refused instanceof MoleculerClientError &&
      refused.code === 409 &&
      refused.type === 'OUT_OF_STOCK' &&
      refused.nodeID === 'north' &&
      same(refused.data, { item: 'chair', left: 3 }),
    inShort(refused),
  );

  const wrong = await failureOf(broker.call<unknown>('stock.reserve', { item: 'chair', count: 'many' }));
  checks.check(
    'parameters that do not fit',
    wrong instanceof ValidationError && wrong.code === 422 && issueOf(wrong).field === 'count',
    inShort(wrong, issueOf(wrong)),
  );

  const unknown = await failureOf(broker.call('stock.burn'));
  checks.check(
    'an action that nobody has',
    unknown instanceof ServiceNotFoundError && unknown.code === 404,
    inShort(unknown),
  );
}

/** What the validator found first. */
function issueOf(error: unknown): Pick<ValidationIssue, 'field' | 'type'> {
  const [{ field, type }] = (error as { data: ValidationIssue[] }).data;
  return { field, type };
}

/** Class, code, type and data as they arrived. */
export function inShort(error: unknown, data: unknown = (error as MoleculerError).data): string {
  const { name, code, type } = error as MoleculerError;
  return `${name} ${code} ${type} ${JSON.stringify(data)}`;
}
