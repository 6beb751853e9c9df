import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { redisUrl } from '../support/redis.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const running = new Set<ReturnType<typeof spawn>>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

interface Outcome {
  code: number | null;
  lines: string[];
  stderr: string;
}

/** What `npm run sample <name>` does: builds if need be, runs, ends by itself. */
function sample(name: string, url: string, args: string[] = []): Promise<Outcome> {
  const child = spawn(process.execPath, ['scripts/sample.mjs', name, ...args], {
    cwd: ROOT,
    env: { ...process.env, REDIS_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  return new Promise((resolve) =>
    child.once('close', (code) => {
      running.delete(child);
      resolve({ code, lines: stdout.trimEnd().split('\n'), stderr });
    }),
  );
}

/** The limits of Vitest are those of a machine that does nothing else. */
const UNHURRIED = ['--testTimeout=120000', '--hookTimeout=120000'];

const times = (lines: string[], text: string) => lines.filter((line) => line.includes(text)).length;

describe('samples', () => {
  it('01-hello: calls an action and is refused what does not fit', async () => {
    const { code, lines, stderr } = await sample('01-hello', redisUrl());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines[0]).toBe('Hello Ada!');
    expect(lines[1]).toMatch(/^Refused with 422 VALIDATION_ERROR: .*"field":"name"/);
  });

  it('02-cluster-over-redis: shares calls, and goes on when a worker leaves', async () => {
    const { code, lines, stderr } = await sample('02-cluster-over-redis', redisUrl());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const left = lines.findIndex((line) => line.startsWith('worker-1 has left'));
    const [before, after] = [lines.slice(0, left), lines.slice(left)];
    expect(before).toContainEqual(expect.stringMatching(/^97 is a prime, says worker-[12]$/));
    expect(before).toContainEqual(expect.stringMatching(/^99 is no prime, says worker-[12]$/));
    expect([times(before, 'says worker-1'), times(before, 'says worker-2')]).toEqual([2, 2]);
    expect([times(after, 'says worker-1'), times(after, 'says worker-2')]).toEqual([0, 4]);
  });

  it('03-beside-moleculer-js: calls and events go both ways', async () => {
    const { code, lines, stderr } = await sample('03-beside-moleculer-js', redisUrl());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines[0]).toBe('Nest: math.add says 5 + 3 = 8');
    expect(times(lines, 'math.random says "on its way"')).toBe(3);
    expect(times(lines, 'ev_random_number arrived from math-js')).toBe(3);
    const numbers = /called tally\.numbers: (\d+), (\d+), (\d+)$/.exec(lines.at(-2) ?? '');
    const sum = numbers?.slice(1).reduce((total, number) => total + Number(number), 0);
    expect(lines.at(-1)).toBe(`Nest: math-js has added them up: ${sum}`);
  });

  it('04-event-streams: every node sees all events, one group shares them', async () => {
    const { code, lines, stderr } = await sample('04-event-streams', redisUrl());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const kitchen = lines.filter((line) => line.startsWith('kitchen: ')).map((line) => line.slice(9));
    expect(kitchen.join(' ')).toBe('19° 20° 22° 21°');
    expect(lines.slice(-2)).toEqual([
      '8 events. Without a group: monitor-1 saw 8, monitor-2 saw 8.',
      'In one group: monitor-1 took 4, monitor-2 took 4.',
    ]);
  });

  it('05-guards-and-pipes: one set of guards, pipes and filters for routes, actions and events', async () => {
    const { code, lines, stderr } = await sample('05-guards-and-pipes', redisUrl());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const order = JSON.stringify({ id: 7, reason: 'too late' });
    const said = lines.map((line) => line.replace(/(: 4\d\d) \{.*$/, '$1'));
    expect(said).toEqual([
      'GET /orders/7 without key: 403',
      'audit: OrdersService.get by Ada',
      'GET /orders/7 key-of-ada: 200 {"id":7,"cancelled":false,"seenBy":"Ada"}',
      'GET /orders/seven key-of-ada: 400',
      `Ada cancels ${order}: 403 FORBIDDEN`,
      'Grace cancels {"id":7,"reason":"?"}: 400 BAD_REQUEST',
      'mail: your order 7 is cancelled, because: too late',
      'audit: OrdersService.onCancelled by Grace',
      'audit: OrdersService.cancel by Grace',
      'Grace cancels {"id":7,"reason":"too late","more":"is cut off"}: order 7 is cancelled',
      `Grace cancels ${order}: 409 CANCELLED_ALREADY`,
      'errors$: order.cancelled: Forbidden resource',
      'audit: OrdersService.get by Grace',
      'GET /orders/7 key-of-grace: 200 {"id":7,"cancelled":true,"seenBy":"Grace"}',
    ]);
  });

  it('06-validation: several kinds of schemas, one error', async () => {
    const { code, lines, stderr } = await sample('06-validation', redisUrl());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines.map((line) => line.replace(/^bookings\.(\w+) .* -> /, '$1: '))).toEqual([
      'cancel: "booking 3 is cancelled"',
      'cancel: "422 VALIDATION_ERROR: id numberMin, all objectStrict"',
      'book: {"id":7,"nights":3}',
      'book: "422 VALIDATION_ERROR: room too_small, mail invalid_format"',
      'book: "422 RESULT_VALIDATION_ERROR: nights too_big"',
      'search: "page 1 of all rooms with \\"sea view\\""',
      'search: "422 VALIDATION_ERROR: text required"',
      'arrive: "booking 7: Ada and Grace have arrived"',
      'arrive: "422 VALIDATION_ERROR: booking required, guests[0].name isLength"',
      'booking 7: 300 paid',
      'invoice.paid: 422 VALIDATION_ERROR: amount min',
      expect.stringMatching(/^params in INFO: \{"room":\{"type":"number","integer":true,"min":1\},"nights":/),
      'and as a JSON Schema: required room, mail',
    ]);
  });

  it('08-testing: its tests pass, of which none is left out', async () => {
    const { code, lines, stderr } = await sample('08-testing', redisUrl(), UNHURRIED);
    expect({ code, stderr }, lines.join('\n')).toEqual({ code: 0, stderr: '' });
    const folder = `${ROOT}sample/08-testing`;
    const specs = readdirSync(folder).filter((file) => file.endsWith('.spec.ts'));
    const written = specs.flatMap((file) => readFileSync(`${folder}/${file}`, 'utf8').match(/^it\(/gm) ?? []);
    expect(stripVTControlCharacters(lines.join('\n'))).toMatch(
      new RegExp(`Tests +${written.length} passed \\(${written.length}\\)`),
    );
  });

  it('09-health: readiness fails without the service, and first of all at a stop', async () => {
    const { code, lines, stderr } = await sample('09-health', redisUrl());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines).toEqual([
      "No catalogue: ready 503 (moleculer up; services 'catalogue': no node offers it), GET /items 500",
      'With a catalogue: ready 200 (moleculer up; services up), GET /items 200',
      'Stopping: ready 503 (services up; moleculer The broker is leaving the cluster), GET /items 200',
      'Closed',
    ]);
  });

  it('07-from-nest-microservices: ten lines of wiring, and calls, events and errors are what they should be', async () => {
    const { code, lines, stderr } = await sample('07-from-nest-microservices', redisUrl());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines).toEqual([
      'Redis transport of Nest: the total is 6.',
      'Out of stock is no Error, but {"status":"error","message":"Internal server error"}',
      'Nobody there is TimeoutError: Timeout has occurred',
      '4 orders by two instances: placed 8 times, mailed 8 times.',
      'Nodes of Moleculer: the total is 6.',
      'Out of stock is MoleculerClientError: out of stock',
      expect.stringMatching(/^Nobody there is ServiceNotFoundError: /),
      '4 orders by two instances: placed 4 times, mailed 4 times.',
    ]);

    const read = (file: string) =>
      readFileSync(`${ROOT}sample/07-from-nest-microservices/${file}`, 'utf8').split('\n');
    const old = read('before.ts');
    const changed = read('after.ts').filter((line) => {
      const at = old.indexOf(line);
      if (at >= 0) old.splice(at, 1);
      return at < 0;
    });
    expect(changed.length).toBeLessThanOrEqual(10);
  });

  it.each(['02-cluster-over-redis', '03-beside-moleculer-js', '07-from-nest-microservices'])(
    '%s says what to do where no Redis is',
    async (name) => {
      // Port 1 of this machine: nobody listens there.
      const { code, stderr } = await sample(name, 'redis://:secret@127.0.0.1:1');
      expect(code).toBe(1);
      expect(stderr).toMatch(/No Redis answers at redis:\/\/\*\*\*@127\.0\.0\.1:1 .*\n.*REDIS_URL/);
    },
  );

  it('have a page each that names the command', () => {
    const folders = readdirSync(`${ROOT}sample`).filter((folder) => /^\d\d-/.test(folder));
    expect(folders.length).toBeGreaterThan(3);
    for (const folder of folders) {
      expect(readFileSync(`${ROOT}sample/${folder}/README.md`, 'utf8')).toContain(
        `npm run sample ${folder}\n`,
      );
    }
  });
});
