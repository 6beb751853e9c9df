import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../support/free-port.js';
import { RedisServer } from '../support/redis-server.js';
import { redisUrl } from '../support/redis.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PROGRAM = file('dist-sample/demo/main.js');

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

const running = new Set<ChildProcess>();

/** Starts the built demo. It has `ended` when it and every process it started have closed their output. */
function start(args: string[] = [], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...withoutRedis(), ...env } });
  running.add(child);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, out, err });
    }),
  );
  const shown = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => out.includes(text) && resolve();
      child.stdout.on('data', look);
      child.once('close', () => reject(new Error(`ended without "${text}"\n${out}${err}`)));
      look();
    });
  return { child, ended, shown };
}

/** Runs it to its end, with this on its stdin. */
function run(
  args: string[],
  { env, input }: { env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<Ended> {
  const { child, ended } = start(args, env);
  child.stdin.end(input ?? '');
  return ended;
}

function withoutRedis(): NodeJS.ProcessEnv {
  const { REDIS_URL: _, ...env } = process.env;
  return env;
}

const STORY = [
  /^Discovery/m,
  /✔ shop sees +.*north, office, south$/m,
  /✔ 12 × stock\.reserve +north 6, south 6$/m,
  /✔ thrown by a handler, on north +MoleculerClientError 409 OUT_OF_STOCK \{"item":"chair","left":3\}$/m,
  /✔ parameters that do not fit +ValidationError 422 /m,
  /✔ each emitted shop\.sold once +.*north 3, office 6, south 3$/m,
  /✔ 1 × broadcast shop\.opened +.*north 1, office 1, south 1$/m,
  /✔ broker\.events\('stock\.reserved'\) +running sum 1, 3, 6, 10$/m,
  /✔ @EventStream\('shop\.sold'\) on office +6 sales, 240 in all$/m,
  /✔ north leaves /m,
  /✔ south takes over +south \d+$/m,
  /✔ east comes and shares the work +east \d+, south \d+$/m,
  /✔ no call failed meanwhile +0 of \d+ calls$/m,
  /^✔ All \d+ checks passed\.$/m,
];

const MOLECULER = [
  /✔ carrier sees +north, office, shop, south$/m,
  /✔ each emitted shop\.sold once +carrier 6, /m,
  /✔ Nest calls carrier\.quote +12, by Moleculer\.js 0\.15\./m,
  /✔ carrier\.ship calls stock\.reserve +2 lamps, by the Nest node (north|south)$/m,
  /✔ its event arrives as a stream +parcel\.sent from carrier$/m,
  /✔ an error goes through it +MoleculerClientError 409 /m,
];

function expectStory({ code, out, err }: Ended, lines: RegExp[]): void {
  expect(err).toBe('');
  for (const line of lines) expect(out).toMatch(line);
  expect(out).not.toContain('✘');
  expect(code).toBe(0);
}

describe('npm run demo', () => {
  const servers: Server[] = [];

  afterEach(async () => {
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  });

  it('tells its story in one process, without a server, and ends by itself', async () => {
    const ended = await run([]);
    expectStory(ended, STORY);
    expect(ended.out).not.toContain('carrier');
  });

  it('tells it over Redis with a real Moleculer.js node, and leaves no process behind', async () => {
    expectStory(await run(['--redis', redisUrl()]), [...STORY, ...MOLECULER]);
  });

  it('says at once that no Redis answers, where, and what helps', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const { code, out, err } = await run(['--redis', url]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`No Redis answers at ${url} (`);
    expect(err).toContain('docker compose up -d redis');
  });

  it.each([
    // The limit is its own, and in less than 5 s.
    ['says nothing', () => {}, /\(no answer within [1-4] s\)/],
    [
      'is no Redis',
      (text: string) => `HTTP/1.1 400 Bad Request\r\nContent-Length: ${text.length % 7}\r\n\r\n`,
      /\((Protocol error|no answer)/,
    ],
  ])('says it as well when the server there %s', async (_, answer, reason) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        const text = answer(data.toString());
        if (text) socket.end(text);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, err } = await run([], { env: { REDIS_URL: url } });
    expect(code).toBe(1);
    expect(err).toContain(`No Redis answers at ${url} (`);
    expect(err).toMatch(reason);
  });

  it('opens a prompt on the living cluster after the story; exit ends all', async () => {
    const ended = await run(['--repl'], {
      input:
        'nodes\ncall stock.level --item chair --nodeID south\ncall shop.sell --item lamp --count 1\nexit\n',
    });
    expectStory(ended, STORY);
    const prompt = ended.out.slice(ended.out.indexOf('checks passed'));
    expect(prompt).toContain('shop (*)');
    expect(prompt).toMatch(/east .*ONLINE/);
    expect(prompt).toMatch(/left: \d+/);
    expect(prompt).toMatch(/total: 40/);
  });

  it('takes the server from REDIS_URL as well, and closes the prompt at the end of the input', async () => {
    const { child, ended, shown } = start(['--repl'], { REDIS_URL: redisUrl() });
    child.stdin.write('call carrier.quote --kg 5\n');
    await shown('price: 15');
    child.stdin.end();
    expectStory(await ended, [...STORY, ...MOLECULER]);
  });

  it('ends with exit code 1, naming what failed, when Redis dies in the middle', async () => {
    const redis = await RedisServer.start();
    onTestFinished(() => redis.stop());
    // All that it says to Redis goes through this process, so it cannot be ahead of us.
    const way = await TcpProxy.start(redis.port);
    onTestFinished(() => way.close());
    const { ended, shown } = start(['--redis', `redis://127.0.0.1:${way.port}`]);
    await shown('Balanced calls');
    await redis.kill();
    const { code, out } = await ended;
    expect(out).toMatch(/^✘ \d+ of \d+ checks failed:$/m);
    expect(out).toMatch(/^ {2}✘ Takeover: .*BrokerDisconnectedError/m);
    expect(code).toBe(1);
  });

  it('leaves no process behind when it is killed in the middle', async () => {
    const { child, ended, shown } = start(['--redis', redisUrl()]);
    await shown('Balanced calls');
    child.kill('SIGKILL');
    // Its processes hold the same output open: `ended` waits for them.
    expect((await ended).signal).toBe('SIGKILL');
  });

  it.each([[['--rediss']], [['now']], [['--redis']], [['--redis', 'localhost']]])(
    'shows its usage for %j',
    async (args) => {
      const { code, out, err } = await run(args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain('Usage: npm run demo');
    },
  );
});
