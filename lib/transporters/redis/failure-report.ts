/** Tells each trouble once between two changes of state, however often it is tried again. */
export class FailureReport {
  private readonly told = new Set<string>();

  constructor(private readonly report: (error: Error) => void) {}

  /** @param lost the loss of the connection was told already: that it cannot be made again just now is no news */
  tell(error: Error, lost: boolean): void {
    const cause = causeOf(error);
    if (lost && isUnreachable(cause)) return;
    // Numbers change from attempt to attempt: delays, ports of the way.
    const key = cause.message.replace(/\d+/g, '#');
    if (this.told.has(key) || this.told.size >= 100) return;
    this.told.add(key);
    this.report(cause);
  }

  reset(): void {
    this.told.clear();
  }
}

/** A failed attempt at several addresses or nodes says only in its parts what happened. */
function causeOf(error: Error): Error {
  const { lastNodeError, errors } = error as { lastNodeError?: Error; errors?: Error[] };
  const part = lastNodeError ?? (error.message ? undefined : errors?.[0]);
  return part ? causeOf(part) : error;
}

const isUnreachable = (error: Error): boolean => 'syscall' in error || /unreachable/i.test(error.message);
