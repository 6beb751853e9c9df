/**
 * For what functions of the user's return where nothing is expected of them: one that is async all the same would end the process with a
 * rejection that nobody hears.
 *
 * @param report hears of it
 * @returns whether it was a promise
 */
export function hearRejection(result: unknown, report: (reason: unknown) => void): boolean {
  if (!isThenable(result)) return false;
  // Its `then` may be anything.
  new Promise((resolve) => resolve(result)).catch(report);
  return true;
}

function isThenable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return typeof (value as { then?: unknown }).then === 'function';
  } catch {
    return false;
  }
}
