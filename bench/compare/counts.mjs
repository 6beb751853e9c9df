/** Who ran what, and how often: `counts.sum` is `{ a: 5, b: 5 }` when each of two instances ran `sum` five times. */
export class Counts {
  #all = {};

  note(what, instance) {
    const counts = (this.#all[what] ??= {});
    counts[instance] = (counts[instance] ?? 0) + 1;
  }

  /** What was counted since the last time, and begins anew. */
  take(what) {
    const counts = this.#all[what] ?? {};
    delete this.#all[what];
    return counts;
  }

  /** Until every instance has run `what`: all that was sent before it is through then, for one connection keeps the order. */
  async reached(what, instances) {
    while (instances.some((instance) => !this.#all[what]?.[instance])) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    this.take(what);
  }
}

export const INSTANCES = ['a', 'b'];

/** What the handlers of both sides throw. */
export function fail() {
  throw Object.assign(new Error('No such user'), { code: 404 });
}

/** An error as its caller sees it. */
export function seen(error) {
  const { name, message, code, ...rest } = error;
  const isError = error instanceof Error;
  return isError ? { isError, name, message, code } : { isError, value: { ...rest, message } };
}
