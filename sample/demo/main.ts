/** `npm run demo`: what this library does, told and checked in some seconds. See USAGE in arguments.ts. */
import { readArguments, USAGE, UsageError } from './arguments.js';
import { noRedis, redisProblem } from './redis.js';
import { print } from './screen.js';

async function main(): Promise<number> {
  const wanted = readArguments(process.argv.slice(2), process.env);
  if (wanted === null) {
    print(USAGE);
    return 0;
  }
  const problem = wanted.redis === null ? null : await redisProblem(wanted.redis);
  if (problem !== null) {
    console.error(noRedis(wanted.redis!, problem));
    return 1;
  }
  // Loaded only now, so that a missing server is told at once.
  const { runDemo } = await import('./demo.js');
  return (await runDemo(wanted)) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const usage = error instanceof UsageError;
  console.error(usage ? `${error.message}\n\n${USAGE}` : error);
  process.exitCode = usage ? 2 : 1;
}
