/** Something that is given up when a signal aborts. */
export interface Abortable {
  abort(reason: unknown): void;
}

interface Watched {
  readonly entries: Set<Abortable>;
  readonly listener: () => void;
}

/** Watches signals with one listener each, however many wait: more than ten listeners on one signal make Node print a warning. */
export class SignalWatch {
  private readonly bySignal = new WeakMap<AbortSignal, Watched>();
  private watched = 0;

  /** Signals watched just now. For leak tests. */
  get size(): number {
    return this.watched;
  }

  /**
   * Where a stand-in for a signal throws, the entry is given up at once, and that is the reason.
   *
   * @param signal one that has not aborted yet
   */
  add(signal: AbortSignal, entry: Abortable): void {
    try {
      const { entries } = this.bySignal.get(signal) ?? this.watch(signal);
      entries.add(entry);
    } catch (error) {
      entry.abort(error);
    }
  }

  /** The listener goes with the last entry. */
  remove(signal: AbortSignal, entry: Abortable): void {
    const watched = this.bySignal.get(signal);
    if (watched === undefined || !watched.entries.delete(entry) || watched.entries.size > 0) return;
    this.bySignal.delete(signal);
    this.watched--;
    try {
      signal.removeEventListener('abort', watched.listener);
    } catch {
      // A stand-in for a signal. Should its listener be called yet, it finds nobody; whoever is settled just now must be.
    }
  }

  private watch(signal: AbortSignal): Watched {
    const entries = new Set<Abortable>();
    const listener = () => {
      for (const entry of entries) entry.abort(signal.reason);
    };
    const watched = { entries, listener };
    signal.addEventListener('abort', listener, { once: true });
    this.bySignal.set(signal, watched);
    this.watched++;
    return watched;
  }
}
