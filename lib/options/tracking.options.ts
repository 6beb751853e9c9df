/** Waiting for work that is going on when the app stops. */
export interface TrackingOptions {
  /** Whether a stop waits for running requests and events. Moleculer's default is `false`. @default true */
  enabled?: boolean;
  /** How long it waits at most, ms. @default 5000 */
  shutdownTimeout?: number;
}
