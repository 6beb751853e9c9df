import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../../lib/moleculer.version.js';
import type { startRepl } from '../../../lib/repl/index.js';
import { makeNode } from '../../support/node.js';
import { waitUntil } from '../../support/wait-until.js';
import { type Desk, openDesk, startPair } from './prompt.fixture.js';

Logger.overrideLogger(false);

let pair: Awaited<ReturnType<typeof startPair>>;
const desks: Desk[] = [];

const open = (
  options?: Parameters<typeof openDesk>[1],
  target: Parameters<typeof startRepl>[0] = pair.one.broker,
) => {
  const desk = openDesk(target, options);
  desks.push(desk);
  return desk;
};

beforeAll(async () => void (pair = await startPair()));
afterEach(async () => {
  await Promise.all(desks.splice(0).map((desk) => desk.handle.close()));
});
afterAll(() => pair.stop());

const HELP = `Usage: <command> [options]

Commands:
  actions [options]                      List of actions
  broadcast <event> [json] [meta]        Broadcast an event
  broadcastLocal <event> [json] [meta]   Broadcast an event locally
  call <action> [json] [meta]            Call an action
  dcall <nodeID> <action> [json] [meta]  Call an action on a certain node
  emit <event> [json] [meta]             Emit an event
  events [options]                       List of event listeners
  info                                   Information about broker
  listener <add|remove|list> [event]     Show events as they arrive
  nodes [options]                        List of nodes
  services [options]                     List of services
  exit|quit|q                            Leave the prompt, and close the application it was started with
  help [command]                         Display help, also for one command

`;

describe('help', () => {
  it('lists the commands', async () => {
    expect(await open().type('help')).toBe(`${HELP}\n`);
  });

  it('tells of one command', async () => {
    const desk = open();
    const text = `Usage: actions [options]

List of actions

Options:
  -a, --all             list all (offline) actions
  -d, --details         print endpoints
  -f, --filter <match>  filter actions (e.g.: 'users.*')
  -i, --skipinternal    skip internal actions
  -l, --local           only local actions
  -h, --help            display help for command

`;
    expect(await desk.type('actions --help')).toBe(text);
    expect(await desk.type('actions -h')).toBe(text);
    expect(await desk.type('help actions')).toBe(`${text}\n`);
    expect(await desk.type('help q')).toContain('Usage: exit|quit|q\n');
  });

  it('follows an unknown command', async () => {
    const desk = open();
    expect(await desk.type('foo')).toBe(`error: unknown command 'foo'\n\n${HELP}`);
    expect(await desk.type('toString')).toContain("error: unknown command 'toString'");
    expect(await desk.type('help foo')).toBe("error: unknown command 'foo'\n\n");
  });
});

describe('info', () => {
  it('tells of machine, broker, transport and options', async () => {
    const text = await open().type('info');
    expect(text).toContain('\n=======================\n  General information\n=======================\n');
    expect(text).toContain(`    Node version             : ${process.version}\n`);
    expect(text).toContain(`    Library version          : ${VERSION}\n`);
    expect(text).toContain(`    Namespace                : <None>
    Node ID                  : node-1
    Services                 : 2
    Actions                  : 9
    Events                   : 2
    Strategy                 : RoundRobin
    Cacher                   : <None>
    Nodes                    : 2
`);
    expect(text).toContain('    Pending requests         : 0\n    Transporter              : Memory\n');
    expect(text).toContain("    nodeID                   : 'node-1'\n");
    expect(text).toContain(
      '    tracking\n      enabled                : true\n      shutdownTimeout        : 5000\n',
    );
  });

  it('shows no secret', async () => {
    const text = await open().type('info');
    expect(text).toContain("      password               : '***'\n");
    expect(text).not.toContain('hush');
  });

  it('says that options are hidden without the $node service', async () => {
    const { broker, node } = makeNode({ internalServices: false });
    await node.start();
    expect(await open({}, broker).type('info')).toContain('The $node service is off');
    await node.stop();
  });
});

describe('the prompt', () => {
  it('has the text it is given', async () => {
    const desk = open({ prompt: 'me> ' });
    expect(await desk.type('')).toBe('');
    expect(desk.output.text).toBe('me> me> ');
  });

  it('runs lines that come at once one after the other, and ends when the input does', async () => {
    const desk = open();
    desk.input.end('call math.add --a 1 --b 1\nfoo\ncall math.add --a 2 --b 2');
    await desk.handle.closed;
    const results = desk.output.text.match(/\{ res: \d \}|unknown command/g);
    expect(results).toEqual(['{ res: 2 }', 'unknown command', '{ res: 4 }']);
  });

  it.each(['exit', 'quit', 'q'])('ends with %s; what comes after is not run', async (word) => {
    const desk = open();
    desk.input.write(`${word}\nemit user.created\n`);
    await desk.handle.closed;
    expect(desk.output.text).toBe('mol $ ');
    await expect(pair.one.broker.call('v1.greeter.hello', { name: 'Ann' })).resolves.toBe('Hello Ann');
  });

  it('closes the application it was started with when its user leaves, and only then', async () => {
    let closed = 0;
    const app = { get: () => pair.one.broker, close: () => Promise.resolve(void closed++) };
    const left = open({}, app);
    left.input.write('exit\n');
    await left.handle.closed;
    expect(closed).toBe(1);
    const ended = open({}, app);
    ended.input.end();
    await ended.handle.closed;
    expect(closed).toBe(2);
    const stopped = open({}, app);
    await stopped.handle.close();
    await stopped.handle.closed;
    expect(closed).toBe(2);
  });

  it('says that the application failed to close', async () => {
    const app = { get: () => pair.one.broker, close: () => Promise.reject(new Error('stuck')) };
    const desk = open({}, app);
    desk.input.end('exit\n');
    await desk.handle.closed;
    expect(desk.output.text).toContain('The application failed to close:\n>> ERROR:\nError: stuck\n');
  });

  it('ends when the broker stops', async () => {
    const { broker, node } = makeNode();
    await node.start();
    const desk = open({}, broker);
    await node.stop();
    await desk.handle.closed;
  });

  it('leaves nothing behind: no listener, no interest in events', async () => {
    const desk = open();
    await desk.type('listener add some.event');
    await desk.handle.close();
    expect(pair.one.registry.events().some(({ name, available }) => name === 'some.event' && available)).toBe(
      false,
    );
    expect(desk.input.listenerCount('data')).toBe(0);
  });

  it('goes on when what was thrown cannot be shown', async () => {
    const bad = {
      get message() {
        throw new Error('bad');
      },
    };
    const handle = await pair.one.broker.createService({
      name: 'odd',
      actions: {
        text: () => Promise.reject('just text'),
        result: () => ({
          [Symbol.for('nodejs.util.inspect.custom')]: () => {
            throw bad;
          },
        }),
      },
    });
    const desk = open();
    expect(await desk.type('call odd.text')).toContain('>> ERROR:\n');
    expect(await desk.type('call odd.result')).toContain('>> ERROR');
    expect(await desk.type('call math.add --a 1 --b 1')).toContain('{ res: 2 }');
    await handle.destroy();
  });

  it('shows no colours and moves no cursor where there is no terminal', async () => {
    const desk = open();
    await desk.type('nodes');
    await desk.type('call nope.none');
    expect(desk.output.text).not.toContain('\u001b');
  });
});

describe('at a terminal', () => {
  const tab = async (desk: Desk, line: string) => {
    const from = desk.output.text.length;
    desk.input.write(`${line}\t`);
    await waitUntil('the line', () => desk.output.text.slice(from).includes(line));
    await waitUntil('the end of completion', async () => {
      const before = desk.output.text.length;
      await new Promise((resolve) => setImmediate(resolve));
      return before === desk.output.text.length;
    });
    return desk.output.text.slice(from);
  };

  it('completes commands and names', async () => {
    expect(await tab(open({ terminal: true }), 'no')).toMatch(/nodes$/);
    expect(await tab(open({ terminal: true }), 'call math.ad')).toMatch(/call math\.add$/);
  });

  it('has colours where the terminal takes them', async () => {
    const coloured = open({ terminal: true, colours: true });
    coloured.input.write('nodes -f node-2\n');
    await waitUntil('colours', () => coloured.output.text.includes('\u001b[42m ONLINE \u001b'));
    const plain = open({ terminal: true });
    plain.input.write('nodes -f node-2\n');
    await waitUntil('a table', () => plain.output.text.includes('│  ONLINE  │'));
  });

  it('ends the wait for a call at Ctrl-C, and goes on', async () => {
    const desk = open({ terminal: true });
    desk.input.write('call math.slow\n');
    await waitUntil('the call', () => pair.one.broker.parts.requester.pending.size === 1);
    desk.input.write('\u0003');
    await waitUntil('the error', () => desk.output.text.includes('RequestAbortedError: '));
    desk.input.write('call math.add --a 1 --b 1\n');
    await waitUntil('an answer', () => desk.output.text.includes('{ res: 2 }'));
  });

  it('ends the wait for local handlers of an event at Ctrl-C', async () => {
    let hear!: () => void;
    const heard = new Promise<void>((resolve) => (hear = resolve));
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const events = { 'slow.event': () => (hear(), held) };
    const handle = await pair.one.broker.createService({ name: 'slow', events });
    const desk = open({ terminal: true });
    desk.input.write('emit slow.event\n');
    await heard;
    desk.input.write('\u0003');
    desk.input.write('call math.add --a 1 --b 1\n');
    await waitUntil('an answer', () => desk.output.text.includes('{ res: 2 }'));
    release();
    await handle.destroy();
  });

  it('drops the line at Ctrl-C, and ends when there is none', async () => {
    const desk = open({ terminal: true });
    desk.input.write('emit user.created');
    desk.input.write('\u0003');
    desk.input.write('call math.add --a 1 --b 1\n');
    await waitUntil('an answer', () => desk.output.text.includes('{ res: 2 }'));
    expect(desk.output.text).not.toContain('>> Emit');
    desk.input.write('\u0003');
    await desk.handle.closed;
  });

  it('ends at Ctrl-D', async () => {
    const desk = open({ terminal: true });
    desk.input.write('\u0004');
    await desk.handle.closed;
  });

  it('shows events above the line being typed', async () => {
    const desk = open({ terminal: true });
    desk.input.write('listener add news\n');
    await waitUntil('the listener', () => desk.output.text.includes('started listening'));
    desk.input.write('half a li');
    await waitUntil('the line', () => desk.output.text.endsWith('half a li'));
    await pair.one.broker.broadcastLocal('news', 1);
    await waitUntil('the line again', () =>
      /with payload: 1 .*\n[^\n]*mol \$ half a li/.test(desk.output.text),
    );
  });

  it('keeps its history in a file for its owner', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'repl-'));
    const historyPath = join(folder, 'history');
    writeFileSync(historyPath, 'foo\nnodes\n', { mode: 0o600 });
    const desk = open({ terminal: true, historyPath });
    desk.input.write('\u001b[A\u001b[A\n');
    await waitUntil('the old line', () => desk.output.text.includes("unknown command 'foo'"));
    desk.input.write('exit\n');
    await desk.handle.closed;
    expect(readFileSync(historyPath, 'utf8')).toBe('foo\nnodes\nfoo\nexit\n');
    expect(statSync(historyPath).mode & 0o777).toBe(0o600);
    const nowhere = open({ terminal: true, historyPath: join(folder, 'no', 'file') });
    nowhere.input.write('exit\n');
    await nowhere.handle.closed;
    expect(nowhere.output.text).toContain('The history could not be written to');
    rmSync(folder, { recursive: true });
  });
});
