import leven from 'leven';

/** Longer than any name of ours by far: nothing to compare. */
const LONGEST = 60;

/**
 * The known names that are spelt most like a word: one, or several equally near; none if nothing is near. Upper and lower case count
 * as the same letter.
 */
export function nearestNames(word: string, known: Iterable<string>): string[] {
  if (word.length > LONGEST) return [];
  let best = Math.max(1, Math.floor(word.length / 3));
  let nearest: string[] = [];
  for (const name of known) {
    const distance = slips(word.toLowerCase(), name.toLowerCase());
    if (distance > best) continue;
    if (distance < best) nearest = [];
    best = distance;
    nearest.push(name);
  }
  return nearest;
}

/** Letters missing, added or changed; two neighbours that changed places count as one. */
function slips(a: string, b: string): number {
  const distance = leven(a, b);
  return distance === 2 && isSwapped(a, b) ? 1 : distance;
}

function isSwapped(a: string, b: string): boolean {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return b === a.slice(0, at) + a.charAt(at + 1) + a.charAt(at) + a.slice(at + 2);
}
