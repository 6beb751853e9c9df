/** Packets and their limits. */
export interface TransitOptions {
  /** Requests waiting for an answer at most; more are refused with `QueueIsFullError`. 0 = no limit. @default 50000 */
  maxQueueSize?: number;
  /** Longest chunk of a stream, bytes; 0 = not split. Streams are not built yet. @default 262144 */
  maxChunkSize?: number;
  /**
   * Longest packet sent or taken, bytes: half of what Redis lets wait for a subscriber before it cuts him off
   * (`client-output-buffer-limit pubsub 32mb …`). Not in Moleculer. @default 16777216
   */
  maxPacketSize?: number;
  /**
   * `true`: what one turn of the event loop sends to a node of this library goes as one message. `false`: each packet alone, as to
   * Moleculer.js; for reading the wire. Over Redis with JSON only. Not in Moleculer. @default true
   */
  bundling?: boolean;
  /** Longest node ID, request ID, action, event or group that is taken from other nodes, characters. Not in Moleculer. @default 1024 */
  maxNameLength?: number;
  /**
   * Request IDs of other nodes that are remembered, and as many of events, so that a packet which arrives twice runs nothing twice;
   * at least half as many are known at any time, none longer than a minute. 0 = none. Not in Moleculer. @default 5000
   */
  rememberedIDs?: number;
  /** `true`: a lost connection is not tried again. @default false */
  disableReconnect?: boolean;
  /** `true`: packets of any protocol version are read. @default false */
  disableVersionCheck?: boolean;
  /** Changes of services within this time are announced together, ms. Moleculer's default is 1000. @default 50 */
  serviceChangedDebounceTime?: number;
  /** How long the start waits for the connection before the app starts without it, ms. Not in Moleculer. @default 5000 */
  connectTimeout?: number;
}
