import type { Abortion } from './abortion.js';

/** What the sender of an event said of it; the contexts of all its listeners share it. */
export interface EventOrigin {
  readonly name: string;
  readonly type: 'emit' | 'broadcast' | 'broadcastLocal';
  /** null: all. */
  readonly groups: string[] | null;
}

/** What few contexts have. */
export class ContextDetails<L extends object, H extends object> {
  /** undefined, here and in the two below: as the calling context says. */
  parentID: string | null | undefined = undefined;
  caller: string | null | undefined = undefined;
  tracing: boolean | null | undefined = undefined;
  headers: H | null = null;
  responseHeaders: H | null = null;
  locals: L | null = null;
  abortion: Abortion | null = null;
}
