import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { Module } from '@nestjs/common';
import { NestFactory, repl } from '@nestjs/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Action, Context, Event, MoleculerModule, Service, ServiceBroker } from '../../../lib/index.js';
import { waitUntil } from '../../support/wait-until.js';
import { recordLogs } from '../logs.fixture.js';

recordLogs();

const heard: unknown[] = [];

@Service('users')
class UsersService {
  @Action() get({ id }: { id: number }, ctx: Context): object {
    return { id, tenant: ctx.meta['tenant'] };
  }
  @Event('user.*') onUser(payload: unknown): void {
    heard.push(payload);
  }
}

@Module({ imports: [MoleculerModule.forRoot({ nodeID: 'here' })], providers: [UsersService] })
class AppModule {}

afterEach(() => vi.restoreAllMocks());

it('the prompt of Nest has call, emit, nodes and the like', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let said = '';
  output.on('data', (text: Buffer) => (said += text.toString()));
  const server = await repl(AppModule, { input, output, terminal: false, useColors: false });
  const answer = async (line: string, wanted: RegExp): Promise<void> => {
    said = '';
    input.write(`${line}\n`);
    await waitUntil(line, () => wanted.test(said)).catch(() => undefined);
    expect(said).toMatch(wanted);
  };
  await answer(`await call('users.get', { id: 7 }, { meta: { tenant: 'north' } })`, /id: 7, tenant: 'north'/);
  await answer(`await call('users.got')`, /ServiceNotFoundError[^]*Did you mean 'users\.get'\?/);
  await answer(`nodes()`, /id: 'here',[^]*local: true,[^]*available: true/);
  await answer(`services()`, /\[ \{ name: 'users', nodes: \[ 'here' \] \} \]/);
  await answer(`actions()`, /\[ \{ name: 'users\.get', nodes: \[ 'here' \] \} \]/);
  await answer(`events()`, /\[ \{ name: 'user\.\*', group: 'users', nodes: \[ 'here' \] \} \]/);
  await answer(`await emit('user.created', 5); await broadcast('user.gone', 6); 'sent'`, /'sent'/);
  expect(heard).toEqual([5, 6]);
  await answer(`await ping('here')`, /nodeID: 'here'/);
  await answer(`await ping()`, /\{\}/);
  // Its own functions are there as before.
  await answer(`get(ServiceBroker).nodeID`, /'here'/);

  // Of two applications of one module each has functions of its own.
  const other = await NestFactory.createApplicationContext(AppModule, { logger: false });
  await other.get(ServiceBroker).createService({ name: 'other', actions: {} });
  await answer(`services()`, /\[ \{ name: 'users', nodes: \[ 'here' \] \} \]/);
  await other.close();
  server.close();
});

describe('help in the prompt of Nest', () => {
  /** What is printed on the terminal while a line is read; Nest prints there whatever output the prompt has. */
  async function printedBy(...lines: string[]): Promise<string> {
    const [input, output] = [new PassThrough(), new PassThrough()];
    let said = '';
    output.on('data', (text: Buffer) => (said += text.toString()));
    const server = await repl(AppModule, { input, output, terminal: false, useColors: false });
    let printed = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      // The application of an earlier test may still say that it has stopped.
      if (!String(text).includes('[Nest]')) printed += String(text);
      return true;
    });
    for (const line of lines) input.write(`${line}\n`);
    input.write(`'that is all'\n`);
    await waitUntil('all read', () => said.includes('that is all'));
    vi.mocked(process.stdout.write).mockRestore();
    server.close();
    // Without colours, which are there or not as the terminal is.
    return stripVTControlCharacters(printed);
  }

  const OURS = ['call', 'emit', 'broadcast', 'ping', 'nodes', 'services', 'actions', 'events'];

  it('of each of our functions is there as of Nest’s own', async () => {
    const printed = await printedBy('get.help', ...OURS.map((name) => `${name}.help`));
    const lines = printed.trimEnd().split('\n');
    expect(lines).toHaveLength(2 * (1 + OURS.length));
    for (const [i, name] of ['get', ...OURS].entries()) {
      expect(lines[2 * i]).toMatch(/^[A-Z].+\.$/);
      expect(lines[2 * i + 1]).toMatch(/^Interface: \w+\(.*\) => \S/);
      expect(lines[2 * i + 1]).toContain(`${name}(`);
    }
  });

  /** Nest makes the list itself and hands it to nobody. Should that change, ours belong on it. */
  it('of all, `help()`, lists Nest’s functions alone', async () => {
    const printed = await printedBy('help()');
    const listed = [...printed.matchAll(/^(\S+) - /gm)].map(([, name]) => name);
    expect(listed).toEqual(expect.arrayContaining(['debug', 'get', 'help', 'methods', 'resolve', 'select']));
    for (const name of OURS) expect(listed).not.toContain(name);
  });
});
