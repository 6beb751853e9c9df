import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { compileLib } from '../support/compiled-lib.js';
import { makeNode } from '../support/node.js';
import { redisUrl, uniqueNamespace } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

/** A Nest application with a prompt on its standard input; says when it is closed. */
const PROGRAM = `
  import 'reflect-metadata';
  import { Module } from '@nestjs/common';
  import { NestFactory } from '@nestjs/core';
  import { MoleculerModule, ServiceBroker } from './lib/index.js';
  import { startRepl } from './lib/repl/index.js';
  const [transporter, namespace, target] = process.argv.slice(2);
  class AppModule {
    onApplicationShutdown() {
      console.log('application closed');
    }
  }
  Module({ imports: [MoleculerModule.forRoot({ transporter, namespace, nodeID: 'prompt', registry: { stopDelay: 0 } })] })(AppModule);
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  await app.get(ServiceBroker).ready;
  process.once('SIGTERM', () => app.close());
  const { closed } = startRepl(target === 'broker' ? app.get(ServiceBroker) : app);
  await closed;
  console.log('prompt closed');
`;

describe('A process with a prompt', () => {
  let lib: Awaited<ReturnType<typeof compileLib>>;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    lib = await compileLib();
    await writeFile(join(lib.dir, 'program.js'), PROGRAM);
  });
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));
  afterAll(() => lib.remove());

  function open(...args: string[]) {
    const child = spawn(process.execPath, ['program.js', ...args], { cwd: lib.dir });
    children.push(child);
    const state = { child, output: '' };
    const collect = (data: Buffer) => void (state.output += data.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
    const shows = (text: string) =>
      waitUntil(`'${text}' in: ${state.output}`, () => state.output.includes(text));
    return {
      ...state,
      exited,
      shows,
      text: () => state.output,
      type: (line: string) => child.stdin.write(`${line}\n`),
    };
  }

  it('sees and calls the nodes of a cluster over Redis, and ends with exit', async () => {
    const namespace = uniqueNamespace('repl');
    const { broker, node } = makeNode({
      transporter: redisUrl(),
      namespace,
      nodeID: 'other',
      registry: { stopDelay: 0 },
    });
    const heard: unknown[] = [];
    await broker.createService({
      name: 'math',
      actions: { add: (ctx) => (ctx.params as { a: number; b: number }).a + (ctx.params as { b: number }).b },
      events: { 'user.created': (ctx) => void heard.push(ctx.params) },
    });
    await node.start();
    const prompt = open(redisUrl(), namespace);
    await prompt.shows('mol $ ');
    // Whoever is slow to answer is there a moment later.
    await waitUntil(
      'the other node in the list',
      async () => {
        prompt.type('nodes');
        await prompt.shows('║ prompt (*) │');
        return prompt.text().includes('║ other      │');
      },
      { every: 300 },
    );
    prompt.type('call math.add --a 5 --b 3');
    await prompt.shows('>> Response:\n8\n');
    prompt.type('emit user.created {"id":5}');
    await waitUntil('the event', () => heard.length === 1);
    expect(heard).toEqual([{ id: 5 }]);
    prompt.type('listener add news.*');
    await waitUntil('the interest', () => broker.registry.events().some(({ name }) => name === 'news.*'));
    await broker.broadcast('news.today', 'sun');
    await prompt.shows(">> Event 'news.today' from 'other' with payload: 'sun'");
    prompt.type('exit');
    expect(await prompt.exited).toBe(0);
    expect(prompt.text()).toContain('application closed\nprompt closed\n');
    await node.stop();
  });

  it('ends by itself when its input does, once the last call is answered', async () => {
    const prompt = open('memory://here', '');
    prompt.child.stdin.end('call $node.list --withServices false\n');
    expect(await prompt.exited).toBe(0);
    expect(prompt.text()).toContain("id: 'prompt'");
    expect(prompt.text()).toContain('application closed\nprompt closed\n');
  });

  it('leaves a broker it was started with running, and is closed by its stop', async () => {
    const left = open('memory://here', '', 'broker');
    left.type('exit');
    await left.shows('prompt closed');
    expect(left.text()).not.toContain('application closed');
    left.child.kill('SIGTERM');
    expect(await left.exited).toBe(0);
    const stopped = open('memory://here', '', 'broker');
    await stopped.shows('mol $ ');
    stopped.child.kill('SIGTERM');
    expect(await stopped.exited).toBe(0);
    expect(stopped.text()).toContain('prompt closed');
  });
});
