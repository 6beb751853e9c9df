import { afterEach, beforeEach, expect } from 'vitest';

/** Fails the very test in which a rejection was heard by nobody; Vitest by itself only fails the run. */
export function expectAllHeard(): void {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  beforeEach(() => process.on('unhandledRejection', note));
  afterEach(() => {
    process.off('unhandledRejection', note);
    expect(unhandled.splice(0)).toEqual([]);
  });
}
