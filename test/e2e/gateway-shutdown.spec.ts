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

/** How one request went: 'refused' if nobody listened any more, which is for a load balancer to see. */
function request(port: number): Promise<string> {
  return new Promise((resolve) => {
    const asked = http.get({ host: '127.0.0.1', port, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk));
      response.on('end', () => resolve(`${response.statusCode} ${body}`));
    });
    asked.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' ? 'refused' : `failed: ${error.code}`),
    );
  });
}

async function startGateway(
  namespace: string,
): Promise<{ child: ChildProcess; port: number; said: string[] }> {
  const child = spawn(process.execPath, [program, redisUrl(), namespace], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanups.push(() => child.kill('SIGKILL'));
  const said: string[] = [];
  child.stderr?.on('data', (text: Buffer) => said.push(text.toString()));
  let port = 0;
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    said.push(line);
    if (line.startsWith('{"port"')) port = (JSON.parse(line) as { port: number }).port;
  });
  await waitUntil(`a gateway (${said.join('\n')})`, () => port > 0, { timeout: 20_000 });
  return { child, port, said };
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
  const { child, port, said } = await startGateway(namespace);

  const requests: Promise<string>[] = [];
  const asking = setInterval(() => requests.push(request(port)), 20);
  cleanups.push(() => clearInterval(asking));
  await waitUntil('requests under way', () => requests.length >= 10);
  const before = requests.length;
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  child.kill('SIGTERM');
  const [code, signal] = await ended;
  clearInterval(asking);

  const outcomes = await Promise.all(requests);
  const served = outcomes.filter((outcome) => outcome.startsWith('200'));
  expect(outcomes.filter((outcome) => outcome !== '200 {"answer":"done"}' && outcome !== 'refused')).toEqual(
    [],
  );
  // Requests were served while it closed: more came through than had been sent before the signal.
  expect(served.length).toBeGreaterThan(before);
  // Nest sends the signal to itself again once all hooks are done: that, and no kill, is the end.
  expect({ code, signal }, said.join('\n')).toEqual({ code: null, signal: 'SIGTERM' });
  await waitUntil('the backend to see it leave', () => !backend.registry.node('gateway')?.available);
});
