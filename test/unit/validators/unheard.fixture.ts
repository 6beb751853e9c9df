const EVENT = 'unhandledRejection';

/** What the process was told during the work, and some turns after it, that nobody had heard. Vitest's own listeners are put aside meanwhile. */
export async function unheard(work: () => unknown): Promise<string[]> {
  const others = process.listeners(EVENT);
  const told: string[] = [];
  process.removeAllListeners(EVENT);
  process.on(EVENT, (error) => void told.push((error as Error).message));
  try {
    await work();
    for (let turn = 0; turn < 5; turn++) await new Promise((done) => setImmediate(done));
  } finally {
    process.removeAllListeners(EVENT);
    others.forEach((listener) => process.on(EVENT, listener));
  }
  return told;
}
