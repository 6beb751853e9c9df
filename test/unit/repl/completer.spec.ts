import { Logger } from '@nestjs/common';
import { Subscription } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReplCommand, Session } from '../../../lib/repl/command.js';
import { createCommands } from '../../../lib/repl/commands.js';
import { completeLine } from '../../../lib/repl/completer.js';
import { nameFilter } from '../../../lib/repl/name-filter.js';
import { printable, Screen } from '../../../lib/repl/screen.js';
import { startPair } from './prompt.fixture.js';

Logger.overrideLogger(false);

let pair: Awaited<ReturnType<typeof startPair>>;
let commands: readonly ReplCommand[];
let session: Session;

beforeAll(async () => {
  pair = await startPair();
  commands = createCommands();
  session = {
    broker: pair.one.broker,
    screen: new Screen(process.stdout),
    lifetime: new Subscription(),
    notify: () => undefined,
    exit: () => undefined,
  };
  session.screen.close();
});

afterAll(async () => {
  session.lifetime.unsubscribe();
  await pair.stop();
});

const complete = (line: string) => completeLine(line, commands, session);

describe('completion', () => {
  it.each([
    ['n', ['nodes']],
    ['e', ['emit', 'events', 'exit']],
    ['call m', ['call math.add', 'call math.echo', 'call math.slow']],
    ['call v1', ['call v1.greeter.fail', 'call v1.greeter.hello']],
    ['call $node.h', ['call $node.health']],
    ['call math.add ', []],
    ['dcall ', ['dcall node-1', 'dcall node-2']],
    ['dcall node-2 ', ['dcall node-2 math.add', 'dcall node-2 math.echo', 'dcall node-2 math.slow']],
    ['emit u', ['emit user.created']],
    ['broadcast o', ['broadcast order.**']],
    ['listener ', ['listener add', 'listener list', 'listener remove']],
    ['listener add  u', ['listener add  user.created']],
    ['listener remove ', []],
    ['help ac', ['help actions']],
    ['foo ', []],
    ['toString ', []],
  ])('of %j gives %j', (line, hits) => {
    expect(complete(line)).toEqual([hits, line]);
  });

  it('offers what the prompt listens to for removal', () => {
    const listener = commands.find(({ name }) => name === 'listener')!;
    void listener.run(['add', 'some.event'], session, new AbortController().signal);
    expect(complete('listener remove ')[0]).toEqual(['listener remove some.event']);
    void listener.run(['remove', 'some.event'], session, new AbortController().signal);
    expect(complete('listener remove ')[0]).toEqual([]);
  });

  it('offers no name that could not be typed or would act on the terminal', async () => {
    const handle = await pair.one.broker.createService({
      name: 'zz',
      actions: { 'a b': () => null, '\u001b[2J': () => null, ok: () => null },
    });
    expect(complete('call zz')[0]).toEqual(['call zz.ok']);
    await handle.destroy();
  });
});

describe('a filter', () => {
  it.each([
    ['users.*', ['users.get'], ['users', 'users.a.b', 'xusers.get']],
    ['users.**', ['users.get', 'users.a.b'], ['users', 'posts.get']],
    ['**', ['', 'users.get'], []],
    ['user?', ['users'], ['user', 'user.']],
    ['us.rs', ['us.rs'], ['users']],
    ['a+(b)[c]^$', ['a+(b)[c]^$'], ['aab']],
  ])('%s', (pattern, yes, no) => {
    const matches = nameFilter(pattern);
    expect(yes.filter(matches)).toEqual(yes);
    expect(no.filter(matches)).toEqual([]);
  });
});

describe('a text from afar', () => {
  it('is shown without what acts on the terminal', () => {
    expect(printable('a\u001b[2J\r\n\u009b\u202eb')).toBe('a\\x1b[2J\\x0d\\x0a\\x9b\\u202eb');
    expect(printable('größe 数 👍')).toBe('größe 数 👍');
  });
});
