import { wrongDuration } from '../messages/cluster.messages.js';

/** ms, or a text such as `'250ms'`, `'30s'`, `'5m'`, `'1h'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h'}`;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** @throws RangeError for anything else, and for a time that does not pass forwards */
export function milliseconds(duration: Duration): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(String(duration)) ?? [];
  const ms = typeof duration === 'number' ? duration : Number(amount) * (UNITS[unit ?? ''] ?? NaN);
  if (!Number.isFinite(ms) || ms < 0) throw new RangeError(wrongDuration(String(duration)));
  return ms;
}
