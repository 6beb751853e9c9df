/**
 * Root of all errors of this library; the same classes, codes and types as Moleculer's. One of them thrown in a handler reaches the
 * caller, local or remote, as the same class with the same `message`, `code`, `type` and `data`.
 *
 * @publicApi
 */
export class MoleculerError extends Error {
  /** As in HTTP; 500 unless the class or the thrower says otherwise. */
  code: number;
  /** A name for programs, such as `'REQUEST_TIMEOUT'`. */
  type: string | undefined;
  /** Details; must survive JSON to reach another node. */
  data: unknown;
  /** Whether the same call may succeed if it is tried again. */
  retryable: boolean;
  /** Where it was first thrown; set on errors that came over the wire. */
  declare nodeID?: string;

  static {
    // V8 writes the first line of `stack` inside `super()`, before an own `name` can exist. A field would not be seen there.
    Object.defineProperty(this.prototype, 'name', {
      configurable: true,
      get(this: Error): string {
        return this.constructor.name;
      },
    });
  }

  /**
   * @param message For people.
   * @param code Default 500.
   * @param retryable Default `false`.
   */
  constructor(message = '', code = 500, type?: string | null, data?: unknown, retryable = false) {
    super(message);
    Object.defineProperty(this, 'name', {
      configurable: true,
      enumerable: false,
      writable: true,
      value: this.constructor.name,
    });
    this.code = code || 500;
    this.type = type ?? undefined;
    this.data = data;
    this.retryable = retryable;
  }
}

/**
 * A failure that another try may cure.
 *
 * @publicApi
 */
export class MoleculerRetryableError extends MoleculerError {
  constructor(message?: string, code?: number, type?: string | null, data?: unknown) {
    super(message, code, type, data, true);
  }
}

/**
 * The server's fault, worth another try.
 *
 * @publicApi
 */
export class MoleculerServerError extends MoleculerRetryableError {}

/**
 * The caller's fault; code 400 unless given.
 *
 * @publicApi
 */
export class MoleculerClientError extends MoleculerError {
  constructor(message?: string, code?: number, type?: string | null, data?: unknown) {
    super(message, code || 400, type, data);
  }
}
