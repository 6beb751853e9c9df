import { createServer } from 'node:net';

/** Below the range from which systems give ports to outgoing connections: those come and go between asking and listening. */
const FIRST = 10_000;
const LAST = 29_999;

let next = FIRST + Math.floor(Math.random() * (LAST - FIRST));

/** A port of 127.0.0.1 that nobody listens on just now; no port twice in one process. */
export async function freePort(): Promise<number> {
  for (;;) {
    next = next < LAST ? next + 1 : FIRST;
    const port = next;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
