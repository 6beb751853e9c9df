import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { compileLib } from '../support/compiled-lib.js';
import { freePort } from '../support/free-port.js';
import { makeNode } from '../support/node.js';
import { redisUrl, uniqueNamespace } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

describe('the program nestjs-moleculer', () => {
  let lib: Awaited<ReturnType<typeof compileLib>>;
  const children: ChildProcess[] = [];
  const leave: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    lib = await compileLib();
  });
  afterEach(async () => {
    children.splice(0).forEach((child) => child.kill('SIGKILL'));
    for (const stop of leave.splice(0)) await stop();
  });
  afterAll(() => lib.remove());

  function open(args: string[], env: NodeJS.ProcessEnv = {}) {
    const { TRANSPORTER: _none, ...rest } = process.env;
    const child = spawn(process.execPath, ['lib/repl/bin.js', ...args], {
      cwd: lib.dir,
      env: { ...rest, ...env },
    });
    children.push(child);
    const said = { out: '', err: '' };
    child.stdout.on('data', (data: Buffer) => void (said.out += data.toString()));
    child.stderr.on('data', (data: Buffer) => void (said.err += data.toString()));
    const ended = new Promise<number | string | null>((resolve) =>
      child.once('close', (code, signal) => resolve(code ?? signal)),
    );
    const shows = (text: string) =>
      waitUntil(`'${text}' in: ${JSON.stringify(said)}`, () => said.out.includes(text));
    return { child, said, ended, shows, type: (text: string) => child.stdin.write(`${text}\n`) };
  }

  async function startMath(namespace: string) {
    const { broker, node } = makeNode({ transporter: redisUrl(), namespace, nodeID: 'math-node' });
    await broker.createService({
      name: 'math',
      actions: { add: (ctx) => (ctx.params as { a: number; b: number }).a + (ctx.params as { b: number }).b },
    });
    await node.start();
    leave.push(() => node.stop());
    return broker;
  }

  it('joins a cluster over Redis, serves nothing but $node, and leaves with exit', async () => {
    const namespace = uniqueNamespace('program');
    const broker = await startMath(namespace);
    const args = [redisUrl(), '--ns', namespace, '--id', 'observer'];
    const joined = `Joined as 'observer' in namespace '${namespace}'`;
    // It waits half a second for the answer of another; a machine may be slower, then it is tried again.
    const program = await waitUntil('a program that was answered in time', async () => {
      const tried = open(args);
      await tried.shows(`${joined}: `);
      if (tried.said.out.startsWith(`${joined}: 1 other node.`)) return tried;
      expect(tried.said.out).toContain(`${joined}: 0 other nodes.`);
      tried.type('exit');
      expect(await tried.ended).toBe(0);
      return null;
    });
    await waitUntil('the observer', () =>
      broker.registry.nodes({ onlyAvailable: true }).some(({ id }) => id === 'observer'),
    );
    const theirs = broker.registry.services().filter(({ nodeID }) => nodeID === 'observer');
    expect(theirs.map(({ name }) => name)).toEqual(['$node']);
    program.type('call math.add --a 5 --b 3');
    await program.shows('>> Response:\n8\n');
    program.type('exit');
    expect(await program.ended).toBe(0);
    expect(program.said.err).toBe('');
    await waitUntil('the observer gone', () =>
      broker.registry.nodes({ onlyAvailable: true }).every(({ id }) => id !== 'observer'),
    );
  });

  it('runs the lines of a pipe and ends; the transporter may stand in the environment', async () => {
    const namespace = uniqueNamespace('program');
    await startMath(namespace);
    const program = await waitUntil('a program that was answered in time', async () => {
      const tried = open(['--ns', namespace], { TRANSPORTER: redisUrl() });
      tried.child.stdin.end('call math.add --a 2 --b 2\ncall math.nothing\n');
      expect(await tried.ended).toBe(0);
      return tried.said.out.includes(': 0 other nodes.') ? null : tried;
    });
    expect(program.said.out).toContain('>> Response:\n4\n');
    expect(program.said.out).toContain("Service 'math.nothing' is not found.");
  });

  it('leaves the cluster at SIGTERM', async () => {
    const namespace = uniqueNamespace('program');
    const broker = await startMath(namespace);
    const program = open([redisUrl(), '--ns', namespace, '--id', 'observer']);
    await program.shows('mol $ ');
    const gone: unknown[] = [];
    broker.registry.changes().subscribe(({ type, unexpected }) => {
      if (type === 'node.disconnected') gone.push(unexpected);
    });
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe('SIGTERM');
    await waitUntil('its leave', () => gone.length > 0);
    expect(gone).toEqual([false]);
  });

  it('says its usage and its version', async () => {
    const help = open(['--help']);
    expect(await help.ended).toBe(0);
    expect(help.said.out).toContain('Usage: nestjs-moleculer <transporter> [options]');
    const version = open(['-v']);
    expect(await version.ended).toBe(0);
    expect(version.said.out.trim()).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
  });

  it('says in one line what is wrong with its arguments, and ends with 1', async () => {
    const wrong = open([redisUrl(), '--nss', 'x']);
    expect(await wrong.ended).toBe(1);
    expect(wrong.said).toEqual({
      out: '',
      err: "error: unknown option '--nss' (did you mean --ns?)\n'nestjs-moleculer --help' says more\n",
    });
    const unknown = open(['redi://localhost']);
    expect(await unknown.ended).toBe(1);
    expect(unknown.said.err).toMatch(/^error: .*"redi:\/\/localhost" is no known transporter.*\n$/);
  });

  it('says that nobody answers, where and why, without the password', async () => {
    const port = await freePort();
    const program = open([`redis://me:geheim@127.0.0.1:${port}`]);
    expect(await program.ended).toBe(1);
    expect(program.said.out).toBe('');
    expect(program.said.err).toMatch(
      new RegExp(
        `^error: no connection to "redis://.*@127\\.0\\.0\\.1:${port}" within 5000 ms: .*ECONNREFUSED`,
      ),
    );
    expect(program.said.err).not.toContain('geheim');
  });

  it('says that its node ID is taken, and harms nobody', async () => {
    const namespace = uniqueNamespace('program');
    const broker = await startMath(namespace);
    const program = open([redisUrl(), '--ns', namespace, '--id', 'math-node']);
    expect(await program.ended).toBe(1);
    expect(program.said.out).toBe('');
    expect(program.said.err).toMatch(/^error: .*'math-node'/);
    expect(await broker.call('math.add', { a: 1, b: 1 })).toBe(2);
  });
});
