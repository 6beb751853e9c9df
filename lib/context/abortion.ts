/** Something that ends with the call of a context. */
export interface AbortWatcher {
  abort(reason: Error): void;
}

/** That the caller of a context gave up; contexts that are copies of each other share it. */
export class Abortion {
  private controller: AbortController | null = null;
  private reason: Error | null = null;
  private watchers: AbortWatcher[] = [];

  get signal(): AbortSignal {
    if (this.controller === null) {
      this.controller = new AbortController();
      if (this.reason !== null) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }

  /** The first reason counts. */
  abort(reason: Error): void {
    if (this.reason !== null) return;
    this.reason = reason;
    this.controller?.abort(reason);
    for (const watcher of this.watchers.splice(0)) watcher.abort(reason);
  }

  /** At once if it has fired. */
  whenAborted(watcher: AbortWatcher): void {
    if (this.reason === null) this.watchers.push(watcher);
    else watcher.abort(this.reason);
  }
}
