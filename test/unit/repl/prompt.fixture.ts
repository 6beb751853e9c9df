import { PassThrough, Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { nodeService } from '../../../lib/broker/node.service.js';
import { MoleculerClientError } from '../../../lib/errors/moleculer.error.js';
import { type ReplHandle, type ReplOptions, startRepl } from '../../../lib/repl/index.js';
import { deferred } from '../../../lib/time/deferred.js';
import { SystemMachine } from '../../../lib/time/system-machine.js';
import { makeNode } from '../../support/node.js';
import { waitUntil } from '../../support/wait-until.js';

const PROMPT = 'mol $ ';

/** Collects what is written; as a terminal it takes colours. */
class Paper extends Writable {
  text = '';

  constructor(
    readonly isTTY: boolean,
    private readonly colours: boolean,
  ) {
    super();
  }

  hasColors(): boolean {
    return this.colours;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

export interface Desk {
  handle: ReplHandle;
  input: PassThrough;
  output: Paper;
  /** Types a line and gives what is printed until the next prompt. */
  type(line: string): Promise<string>;
}

/** A prompt whose keys and screen are streams. */
export function openDesk(
  target: Parameters<typeof startRepl>[0],
  options: ReplOptions & { terminal?: boolean; colours?: boolean } = {},
): Desk {
  const { terminal = false, colours = false, ...rest } = options;
  const input = Object.assign(new PassThrough(), { isTTY: terminal });
  const output = new Paper(terminal, colours);
  const handle = startRepl(target, { input, output, ...rest });
  const type = async (line: string) => {
    const from = output.text.length;
    input.write(`${line}\n`);
    const next = options.prompt ?? PROMPT;
    await waitUntil(`an answer to '${line}'`, () => output.text.slice(from).endsWith(next), { every: 2 });
    return output.text.slice(from, -next.length);
  };
  return { handle, input, output, type };
}

/** Has always the same facts, and measures no CPU. */
class StillMachine extends SystemMachine {
  override ipList = () => ['192.0.2.2'];
  override cpu = () => Promise.resolve(null);
}

let pairs = 0;

/** `node-1` with `v1.greeter` and `node-2` with `math`: the cluster that Moleculer's prompt was recorded with. */
export async function startPair() {
  const hub = `repl-${process.pid}-${++pairs}`;
  const start = async (nodeID: string, services: Parameters<typeof one.broker.createService>[0][]) => {
    const made = makeNode(
      {
        nodeID,
        transporter: { type: 'Memory', options: { hub } },
        registry: { stopDelay: 0 },
        metadata: { password: 'hush' },
      },
      { machine: new StillMachine() },
    );
    const { broker } = made;
    broker.registerServices([
      nodeService({
        registry: made.registry,
        options: () => broker.options,
        health: () => broker.getHealthStatus(),
      }),
    ]);
    for (const service of services) await made.broker.createService(service);
    await made.node.start();
    return made;
  };
  const ending = deferred();
  const heard: { event: string; params: unknown; meta: object }[] = [];
  const hear = (ctx: { eventName: string | null; params: unknown; meta: object }) =>
    void heard.push({ event: ctx.eventName as string, params: ctx.params, meta: ctx.meta });
  const one: ReturnType<typeof makeNode> = await start('node-1', [
    {
      name: 'greeter',
      version: 1,
      actions: {
        hello: {
          params: { name: 'string|min:2' },
          cache: true,
          handler: (ctx) => `Hello ${(ctx.params as { name: string }).name}`,
        },
        fail: () => {
          throw new MoleculerClientError('No way\nat all', 418, 'TEAPOT', { why: 'tea' });
        },
      },
      events: { 'order.**': hear, 'user.created': { group: 'mail', handler: hear } },
    },
  ]);
  const two = await start('node-2', [
    {
      name: 'math',
      actions: {
        add: {
          params: { a: 'number', b: 'number' },
          handler: (ctx) => {
            const { a, b } = ctx.params as { a: number; b: number };
            return { res: a + b };
          },
        },
        slow: { visibility: 'public', handler: () => ending.promise },
        echo: { visibility: 'public', handler: (ctx) => ({ params: ctx.params, meta: ctx.meta }) },
      },
      events: { 'user.created': hear },
    },
  ]);
  await one.broker.waitForServices('math', 30_000);
  await two.broker.waitForServices('v1.greeter', 30_000);
  const stop = () => {
    ending.resolve();
    return Promise.all([one.node.stop(), two.node.stop()]);
  };
  return { one, two, heard, stop };
}

/** For the tests of a file: one pair of nodes, and prompts that are closed after each test. */
export function promptsOfPair() {
  let pair: Awaited<ReturnType<typeof startPair>>;
  const desks: Desk[] = [];
  beforeAll(async () => void (pair = await startPair()));
  afterEach(async () => {
    await Promise.all(desks.splice(0).map((desk) => desk.handle.close()));
  });
  afterAll(() => pair.stop());
  const open = (
    options?: Parameters<typeof openDesk>[1],
    target: Parameters<typeof startRepl>[0] = pair.one.broker,
  ) => {
    const desk = openDesk(target, options);
    desks.push(desk);
    return desk;
  };
  return { pair: () => pair, open };
}
