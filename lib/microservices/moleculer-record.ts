import type { CallOptions, EmitOptions } from '../index.js';

/** Options of one message. */
export type MoleculerRecordOptions = CallOptions & Pick<EmitOptions, 'groups'>;

/**
 * A message with options of its own, in the way of Nest's record builders.
 *
 * @example
 * client.send('users.get', new MoleculerRecord({ id: 1 }, { timeout: 500, parentCtx: ctx }));
 *
 * @publicApi
 */
export class MoleculerRecord<T = unknown> {
  constructor(
    readonly data: T,
    readonly options: MoleculerRecordOptions = {},
  ) {}
}
