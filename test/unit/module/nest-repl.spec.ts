import { PassThrough } from 'node:stream';
import { Module } from '@nestjs/common';
import { NestFactory, repl } from '@nestjs/core';
import { expect, it } from 'vitest';
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
