import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileLib } from '../../support/compiled-lib.js';
import { freePort } from '../../support/free-port.js';
import { startRedis } from '../../support/redis-server.js';

/** Prints what it got, and whether ioredis was loaded for it; ends only if nothing keeps it. */
const PROGRAM = `
  import { createRequire } from 'node:module';
  import { createTransporter } from './lib/transporters/create-transporter.js';
  const [url, how] = process.argv.slice(2);
  const transporter = createTransporter(url);
  const print = (text) => process.stdout.write(text + '\\n');
  const got = new Promise((resolve) => {
    transporter.attach({ message: (topic, data) => resolve(topic + ' ' + data), up() {}, down() {}, error: (e) => print('error ' + e.code) });
  });
  const connecting = transporter.connect();
  if (how === 'give up') {
    connecting.catch(() => print('rejected'));
    process.stdin.once('data', async () => {
      await transporter.disconnect();
      print('disconnected');
      process.stdin.destroy();
    });
  } else {
    await connecting;
    await transporter.subscribe(['t']);
    transporter.send('t', 'hello');
    print(await got);
    await transporter.disconnect();
    const loaded = Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('ioredis'));
    print(loaded ? 'disconnected, with ioredis' : 'disconnected');
  }
`;

describe('A process with a transporter', () => {
  let lib: Awaited<ReturnType<typeof compileLib>>;
  beforeAll(async () => {
    lib = await compileLib();
    await writeFile(join(lib.dir, 'program.js'), PROGRAM);
  });
  afterAll(() => lib.remove());

  async function run(args: string[], env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, ['program.js', ...args], {
      cwd: lib.dir,
      env: { ...process.env, ...env },
    });
    let output = '';
    const collect = (data: Buffer) => {
      output += data.toString();
      if (/error E/.test(output)) child.stdin.end('stop');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, lines: output.trim().split('\n') };
  }

  it('ends after disconnect from Redis', async () => {
    const server = await startRedis();
    expect(await run([server.url])).toEqual({ code: 0, lines: ['t hello', 'disconnected, with ioredis'] });
    await server.stop();
  });

  it('ends after disconnect from rediss://, whose authority Node.js knows', async () => {
    const server = await startRedis({ tls: true });
    const env = { NODE_EXTRA_CA_CERTS: server.certificate!.cert };
    expect(await run([server.url], env)).toEqual({
      code: 0,
      lines: ['t hello', 'disconnected, with ioredis'],
    });
    await server.stop();
  });

  it('ends after disconnect from the memory hub, and never loads ioredis', async () => {
    expect(await run(['memory://here'])).toEqual({ code: 0, lines: ['t hello', 'disconnected'] });
  });

  it('ends when it is disconnected from a Redis that never came', async () => {
    const { code, lines } = await run([`redis://127.0.0.1:${await freePort()}`, 'give up']);
    expect(code).toBe(0);
    expect(lines[0]).toBe('error ECONNREFUSED');
    expect([...lines].sort()).toEqual(['disconnected', 'error ECONNREFUSED', 'rejected']);
  });
});
