import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { makeNode } from '../support/node.js';
import { redisUrl, uniqueNamespace } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

const program = fileURLToPath(new URL('./programs/gateway.mjs', import.meta.url));
const cleanups: (() => Promise<unknown> | unknown)[] = [];

beforeAll(() => Logger.overrideLogger(false));
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Outcome {
  path: string;
  result: string;
}

/** How one request went; an error by its code. */
function request(port: number, id: number): Promise<Outcome> {
  const path = `/${id}`;
  return new Promise((resolve) => {
    const asked = http.get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk));
      response.on('end', () => resolve({ path, result: `${response.statusCode} ${body}` }));
    });
    asked.on('error', (error: NodeJS.ErrnoException) => resolve({ path, result: error.code ?? 'failed' }));
  });
}

/**
 * Nobody listened any more: the kernel refuses a connection then, and resets one that was still in its queue when the listening socket
 * closed. The program saw neither; both are for a load balancer to try elsewhere.
 */
const turnedAway = ({ path, result }: Outcome, reached: ReadonlySet<string>): boolean =>
  result === 'ECONNREFUSED' || (result === 'ECONNRESET' && !reached.has(path));

async function startGateway(
  namespace: string,
): Promise<{ child: ChildProcess; port: number; said: string[]; reached: Set<string> }> {
  const child = spawn(process.execPath, [program, redisUrl(), namespace], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanups.push(() => child.kill('SIGKILL'));
  const said: string[] = [];
  child.stderr?.on('data', (text: Buffer) => said.push(text.toString()));
  const reached = new Set<string>();
  let port = 0;
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    said.push(line);
    if (line.startsWith('{"path"')) reached.add((JSON.parse(line) as Outcome).path);
    if (line.startsWith('{"port"')) port = (JSON.parse(line) as { port: number }).port;
  });
  await waitUntil(`a gateway (${said.join('\n')})`, () => port > 0);
  return { child, port, said, reached };
}

it('serves every request that reaches it while it shuts down, and ends by itself', async () => {
  const namespace = uniqueNamespace('gateway');
  const backend = makeNode({ transporter: redisUrl(), namespace, nodeID: 'backend' });
  await backend.broker.createService({
    name: 'backend',
    actions: { work: (ctx) => sleep((ctx.params as { ms: number }).ms).then(() => 'done') },
  });
  await backend.node.start();
  cleanups.push(() => backend.node.stop());
  const { child, port, said, reached } = await startGateway(namespace);

  const requests: Promise<Outcome>[] = [];
  const asking = setInterval(() => requests.push(request(port, requests.length)), 20);
  cleanups.push(() => clearInterval(asking));
  await waitUntil('requests under way', () => requests.length >= 10);
  const before = requests.length;
  // 'close' comes once all that it said is read.
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  child.kill('SIGTERM');
  const [code, signal] = await ended;
  clearInterval(asking);

  const outcomes = await Promise.all(requests);
  const served = outcomes.filter(({ result }) => result === '200 {"answer":"done"}');
  const failed = outcomes.filter((one) => !served.includes(one) && !turnedAway(one, reached));
  expect(failed).toEqual([]);
  expect(served.length).toBe(reached.size);
  // Requests were served while it closed: more came through than had been sent before the signal.
  expect(served.length).toBeGreaterThan(before);
  // Nest sends the signal to itself again once all hooks are done: that, and no kill, is the end.
  expect({ code, signal }, said.join('\n')).toEqual({ code: null, signal: 'SIGTERM' });
  await waitUntil('the backend to see it leave', () => !backend.registry.node('gateway')?.available);
});
