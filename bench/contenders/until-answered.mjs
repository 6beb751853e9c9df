/** For contenders without discovery: asks until the other side is there. */
import { setTimeout as sleep } from 'node:timers/promises';

const LIMIT = 15_000;

export async function untilAnswered(call) {
  const end = Date.now() + LIMIT;
  for (;;) {
    // A message that nobody heard is lost: no answer is the usual sign.
    const answer = await Promise.race([call({ n: 0 }).catch(() => null), sleep(200, null)]);
    if (answer?.n === 0) return;
    if (Date.now() > end) throw new Error('The server does not answer.');
  }
}
