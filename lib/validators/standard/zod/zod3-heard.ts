/** Work that never throws, and whose rejection counts as heard wherever zod lets go of its promise. Who waits for it gets the error as ever. */
export function heard<Given extends unknown[]>(
  work: (...given: Given) => unknown,
): (...given: Given) => unknown {
  return (...given) => {
    try {
      return isHeard(work(...given));
    } catch (error) {
      return isHeard(Promise.reject(error as Error));
    }
  };
}

export function isHeard<Result>(result: Result): Result {
  if (result instanceof Promise) result.catch(() => undefined);
  return result;
}
