import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { duration } from '../../../lib/repl/call.commands.js';
import { waitUntil } from '../../support/wait-until.js';
import { type Desk, openDesk, startPair } from './prompt.fixture.js';

Logger.overrideLogger(false);

let pair: Awaited<ReturnType<typeof startPair>>;
let desk: Desk;

beforeAll(async () => {
  pair = await startPair();
  desk = openDesk(pair.one.broker);
});

afterAll(async () => {
  await desk.handle.close();
  await pair.stop();
});

beforeEach(() => void pair.heard.splice(0));

/** The time a call took differs, and so do the places in a stack. */
const steady = (text: string) =>
  text.replace(/(?<=Execution time:)[\d.]+(μs|ms|s)$/m, '1ms').replace(/^ {4}at .*\n/gm, '');

describe('call', () => {
  it('calls with flags as params, meta and options', async () => {
    expect(steady(await desk.type('call math.add --a 5 --b 3 --#user 7 --$timeout 3000'))).toBe(
      `>> Call 'math.add' with params: { a: 5, b: 3 } with meta: { user: 7, '$repl': true } with options: { timeout: 3000 }
>> Execution time:1ms
>> Response:
{ res: 8 }

`,
    );
  });

  it('calls with JSON', async () => {
    expect(steady(await desk.type('call v1.greeter.hello {"name": "Ann Lee"}'))).toBe(
      `>> Call 'v1.greeter.hello' with params: { name: 'Ann Lee' } with meta: { '$repl': true }
>> Execution time:1ms
>> Response:
'Hello Ann Lee'

`,
    );
  });

  it('hands over params and meta as typed', async () => {
    const text = await desk.type(`call math.echo '{"deep":{"a":[1,{"b":null}]}}' {"who":"me"}`);
    expect(text).toContain(
      `{
  params: {
    deep: { a: [ 1, { b: null } ] }
  },
  meta: { who: 'me', '$repl': true }
}`,
    );
  });

  it('shows an error with name, message, code, type and data, and goes on', async () => {
    expect(steady(await desk.type('call v1.greeter.fail'))).toBe(
      `>> Call 'v1.greeter.fail' with params: {} with meta: { '$repl': true }
>> ERROR:
MoleculerClientError: No way
at all
Code:  418
Type:  TEAPOT
Data:  { why: 'tea' }

`,
    );
    expect(steady(await desk.type('call nope.none'))).toBe(
      `>> Call 'nope.none' with params: {} with meta: { '$repl': true }
>> ERROR:
ServiceNotFoundError: Service 'nope.none' is not found. No node of this namespace offers 'nope' now; waitForServices('nope') waits for one.
Code:  404
Type:  SERVICE_NOT_FOUND
Data:  { action: 'nope.none' }

`,
    );
    expect(await desk.type('call v1.greeter.hello --name Ann')).toContain("'Hello Ann'");
  });

  it('shows where an error of another node was thrown', async () => {
    const text = await desk.type('call math.add --a x --b 1');
    expect(text).toContain('ValidationError: ');
    expect(text).toContain('Node:  node-2\nCode:  422\nType:  VALIDATION_ERROR\nData:  [');
    expect(text).toContain("field: 'a'");
  });

  it('refuses a line that is wrongly typed without calling', async () => {
    expect(await desk.type('call')).toBe("error: missing required argument 'action'\n\n");
    expect(await desk.type('call math.add {"a":1')).toMatch(/^error: params must be JSON: .*\n\n$/);
    expect(await desk.type(`call math.add --a "5`)).toBe('error: the quote " is not closed\n\n');
  });
});

describe('dcall', () => {
  it('calls on the node named', async () => {
    expect(steady(await desk.type('dcall node-2 math.add {"a":1,"b":2}'))).toBe(
      `>> Call 'math.add' on node-2 with params: { a: 1, b: 2 } with meta: { '$repl': true }
>> Execution time:1ms
>> Response:
{ res: 3 }

`,
    );
    expect(await desk.type('dcall node-2 $node.options')).toContain("nodeID: 'node-2'");
  });

  it('says that a node is not there', async () => {
    expect(await desk.type('dcall node-9 math.add')).toBe(">> Node 'node-9' is not available.\n\n");
    expect(await desk.type('dcall node-2')).toBe("error: missing required argument 'action'\n\n");
  });
});

describe('emit, broadcast and broadcastLocal', () => {
  const got = (count: number) => waitUntil(`${count} events`, () => pair.heard.length === count);
  const user = { event: 'user.created', params: { id: 5 }, meta: { $repl: true } };

  it('send to one of each group, to all, to our own', async () => {
    expect(await desk.type('emit user.created --id 5')).toBe(
      ">> Emit 'user.created' with payload: { id: 5 } with meta: { '$repl': true } with options: {}\n\n",
    );
    await got(2);
    expect(await desk.type('broadcast user.created {"id":5}')).toBe(
      ">> Broadcast 'user.created' with payload: { id: 5 } with meta: { '$repl': true } with options: {}\n\n",
    );
    await got(4);
    expect(await desk.type('broadcastLocal user.created --id 5')).toBe(
      ">> Broadcast 'user.created' locally with payload: { id: 5 } with meta: { '$repl': true } with options: {}\n\n",
    );
    await got(5);
    expect(pair.heard).toEqual([user, user, user, user, user]);
  });

  it('take options', async () => {
    expect(await desk.type('emit user.created --id 5 --$groups math')).toContain(
      "options: { groups: 'math' }",
    );
    await got(1);
    await pair.one.broker.broadcastLocal('user.created', 'last');
    expect(pair.heard.map(({ params }) => params)).toEqual([{ id: 5 }, 'last']);
  });
});

describe('listener', () => {
  it('shows events until it is removed', async () => {
    expect(await desk.type('listener add order.*')).toBe('REPL started listening to event: order.*\n\n');
    expect(await desk.type('listener add order.*')).toBe('REPL is already listening to event: order.*\n\n');
    expect(await desk.type('listener list')).toBe(
      ">> REPL is listening to: [ { eventName: 'order.*' } ]\n\n",
    );
    const from = desk.output.text.length;
    await waitUntil('the interest to arrive', () =>
      pair.two.registry.events().some(({ name, available }) => name === 'order.*' && available),
    );
    await pair.two.broker.emit('order.placed', { no: 1 }, { meta: { a: 1 } });
    await waitUntil('the event', () => desk.output.text.length > from);
    expect(desk.output.text.slice(from)).toBe(
      ">> Event 'order.placed' from 'node-2' with payload: { no: 1 } with meta: { a: 1 }\n",
    );
    expect(await desk.type('listener remove order.*')).toBe('REPL stopped listening to: order.*\n\n');
    expect(await desk.type('listener remove order.*')).toBe('REPL is not listening to event: order.*\n\n');
    expect(await desk.type('listener list')).toBe('>> REPL is listening to: []\n\n');
    const after = desk.output.text.length;
    await pair.one.broker.broadcastLocal('order.placed', {});
    expect(desk.output.text.length).toBe(after);
  });

  it('can be a member of a group', async () => {
    expect(await desk.type('listener add x --group mail')).toBe(
      'REPL started listening to event: x in group: mail\n\n',
    );
    expect(await desk.type('events -l -f x')).toContain('║ x     │  mail │');
    expect(await desk.type('listener list')).toContain("[ { eventName: 'x', group: 'mail' } ]");
    expect(await desk.type('listener remove x -g mail')).toBe(
      'REPL stopped listening to: x in group: mail\n\n',
    );
  });

  it('refuses what it does not know', async () => {
    expect(await desk.type('listener')).toBe("error: missing required argument 'add|remove|list'\n\n");
    expect(await desk.type('listener start x')).toBe("error: 'start' is not one of add, remove, list\n\n");
    expect(await desk.type('listener add')).toBe("error: missing required argument 'event'\n\n");
    expect(await desk.type('listener add a b')).toBe("error: unexpected argument 'b'\n\n");
    expect(await desk.type('listener add a --all')).toBe("error: unknown option '--all'\n\n");
  });
});

describe('a duration', () => {
  it('is told in the unit that fits', () => {
    expect([0.0494, 1, 52.4, 1500].map(duration)).toEqual(['49μs', '1ms', '52ms', '1.5s']);
  });
});
