import { Logger } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../../../lib/moleculer.version.js';
import { makeNode } from '../../support/node.js';
import { promptsOfPair } from './prompt.fixture.js';

Logger.overrideLogger(false);

const { pair, open } = promptsOfPair();

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
    await expect(pair().one.broker.call('v1.greeter.hello', { name: 'Ann' })).resolves.toBe('Hello Ann');
  });

  it('closes the application it was started with when its user leaves, and only then', async () => {
    let closed = 0;
    const app = { get: () => pair().one.broker, close: () => Promise.resolve(void closed++) };
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
    const app = { get: () => pair().one.broker, close: () => Promise.reject(new Error('stuck')) };
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
    expect(
      pair()
        .one.registry.events()
        .some(({ name, available }) => name === 'some.event' && available),
    ).toBe(false);
    expect(desk.input.listenerCount('data')).toBe(0);
  });

  it('goes on when what was thrown cannot be shown', async () => {
    const bad = {
      get message() {
        throw new Error('bad');
      },
    };
    const handle = await pair().one.broker.createService({
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
