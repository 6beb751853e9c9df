/** Interleaved rounds: A B C, C B A, A B C … so that what the machine does meanwhile meets all alike. */

/**
 * @param {string[]} names
 * @param {number} rounds
 * @param {(name: string) => Promise<object>} round
 * @returns {Promise<Map<string, object[]>>}
 */
export async function interleave(names, rounds, round) {
  const results = new Map(names.map((name) => [name, []]));
  for (let i = 0; i < rounds; i++) {
    for (const name of i % 2 === 0 ? names : [...names].reverse()) results.get(name).push(await round(name));
  }
  return results;
}

/** Runs `work` for all at once; if one fails, the others are still awaited. */
export async function together(items, work) {
  const results = await Promise.allSettled(items.map(work));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return results.map((result) => result.value);
}
