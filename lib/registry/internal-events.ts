/** Events a broker raises about itself; no other node may say or hear them. */
const INTERNAL = [
  '$node.',
  '$broker.',
  '$services.',
  '$transporter.',
  '$transit.',
  '$circuit-breaker.',
  '$cacher.',
  '$discoverer.',
  '$metrics.',
  '$tracing.',
];

/**
 * Moleculer delivers `$node.connected` from the wire as if it were true (trap 28). Names of internal events are neither sent nor
 * accepted; other names with `$` cross the wire as they do between Moleculer nodes.
 */
export function isInternalEvent(name: string): boolean {
  return name.charCodeAt(0) === 36 && INTERNAL.some((prefix) => name.startsWith(prefix));
}
