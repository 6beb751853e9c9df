/** Figures of several rounds. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function percentile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** @param {object[]} rounds @param {string} key */
export function summary(rounds, key) {
  const values = rounds.map((round) => round[key]);
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** A whole number when large, else one or two digits after the point. */
export function figure(value) {
  if (value === undefined || Number.isNaN(value)) return '-';
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(value >= 10 ? 1 : 2);
}

export const range = ({ min, max }) => `${figure(min)}–${figure(max)}`;
