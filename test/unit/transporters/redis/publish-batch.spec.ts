import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PUBLISH_SCRIPT,
  PublishBatch,
  type PublishClient,
} from '../../../../lib/transporters/redis/publish-batch.js';

type Data = string | Buffer;
interface Command {
  kind: 'publish' | 'eval';
  packets: [string, Data][];
  resolve(reply?: unknown): void;
  reject(error: Error): void;
}

const refusal = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });
const NOPERM = "NOPERM this user has no permissions to run the 'eval' command";
const nextTick = () => new Promise<void>((resolve) => process.nextTick(resolve));
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A client whose answers the test gives. */
class FakeClient implements PublishClient {
  readonly commands: Command[] = [];

  publish(topic: string, data: Data): Promise<unknown> {
    return this.command('publish', [[topic, data]]);
  }

  eval(script: string, keys: number, ...args: Data[]): Promise<unknown> {
    expect(script).toBe(PUBLISH_SCRIPT);
    expect(keys).toBe(0);
    const packets: [string, Data][] = [];
    for (let i = 0; i < args.length; i += 2) packets.push([args[i] as string, args[i + 1]]);
    return this.command('eval', packets);
  }

  shape(): string[] {
    return this.commands.map(
      ({ kind, packets }) => `${kind} ${packets.map(([, data]) => data.toString()).join(',')}`,
    );
  }

  private command(kind: Command['kind'], packets: [string, Data][]): Promise<unknown> {
    return new Promise((resolve, reject) => this.commands.push({ kind, packets, resolve, reject }));
  }
}

function setUp() {
  const client = new FakeClient();
  const errors: Error[] = [];
  const batch = new PublishBatch(client, (error) => errors.push(error));
  const add = (...texts: string[]) => texts.forEach((text) => batch.add('t', text));
  return { client, batch, errors, add };
}

describe('PublishBatch', () => {
  it('publishes a lone packet plainly', async () => {
    const { client, add } = setUp();
    add('a');
    expect(client.commands).toEqual([]);
    await nextTick();
    expect(client.shape()).toEqual(['publish a']);
  });

  it('publishes the packets of a turn as one script', async () => {
    const { client, add } = setUp();
    add('a', 'b', 'c');
    await nextTick();
    expect(client.shape()).toEqual(['eval a,b,c']);
  });

  it('holds everything back until the first script is answered', async () => {
    const { client, add } = setUp();
    add('a', 'b');
    await nextTick();
    add('c');
    await nextTick();
    add('d', 'e');
    await nextTick();
    expect(client.shape()).toEqual(['eval a,b']);
    client.commands[0].resolve(null);
    await settled();
    expect(client.shape()).toEqual(['eval a,b', 'publish c', 'eval d,e']);
    add('f', 'g');
    await nextTick();
    expect(client.shape().at(-1)).toBe('eval f,g'); // no waiting any more
  });

  it.each([NOPERM, "ERR unknown command 'eval'", 'ERR unsupported command', 'READONLY no'])(
    'publishes plainly, in order, from the first refusal on: %s',
    async (message) => {
      const { client, add, errors } = setUp();
      add('a', 'b');
      await nextTick();
      add('c', 'd');
      await nextTick();
      client.commands[0].reject(refusal(message));
      await settled();
      add('e', 'f');
      await nextTick();
      expect(client.shape().slice(1)).toEqual(
        ['a', 'b', 'c', 'd', 'e', 'f'].map((text) => `publish ${text}`),
      );
      expect(errors).toEqual([]);
    },
  );

  it('lets nothing overtake scripts that are refused while several are under way', async () => {
    const { client, add } = setUp();
    add('a', 'b');
    await nextTick();
    client.commands[0].resolve(null);
    await settled();
    add('c', 'd');
    await nextTick();
    add('e', 'f');
    await nextTick();
    client.commands[1].reject(refusal(NOPERM));
    await settled();
    add('g', 'h');
    await nextTick();
    client.commands[2].reject(refusal(NOPERM));
    await settled();
    const plain = client.commands.filter(({ kind }) => kind === 'publish');
    expect(plain.map(({ packets }) => packets[0][1])).toEqual(['c', 'd', 'e', 'f', 'g', 'h']);
  });

  it('reports packets that failed inside a script, and sends none again', async () => {
    const { client, add, errors } = setUp();
    add('a', 'b', 'c');
    await nextTick();
    client.commands[0].resolve([1, 'NOPERM no such channel']);
    await settled();
    expect(client.shape()).toEqual(['eval a,b,c']);
    expect(errors.map((error) => error.message)).toEqual([
      'Redis refused 1 of 3 packets published together: NOPERM no such channel',
    ]);
  });

  it('tries plainly where a script could publish nothing', async () => {
    const { client, add, errors } = setUp();
    add('a', 'b');
    await nextTick();
    client.commands[0].resolve([2, 'ERR This Redis command is not allowed from script']);
    await settled();
    expect(client.shape()).toEqual(['eval a,b', 'publish a', 'publish b']);
    expect(errors).toEqual([]);
  });

  it.each(['ERR Error running script: Script killed by user', 'UNKILLABLE timed out'])(
    'does not repeat what may have run: %s',
    async (message) => {
      const { client, add, errors } = setUp();
      add('a', 'b');
      await nextTick();
      add('c', 'd');
      await nextTick();
      client.commands[0].reject(refusal(message));
      await settled();
      expect(client.shape()).toEqual(['eval a,b', 'eval c,d']);
      expect(errors.length).toBe(1);
    },
  );

  it('flushes at 256 packets', () => {
    const { client, add } = setUp();
    add(...Array.from({ length: 256 }, (_, n) => `${n}`));
    expect(client.commands.map(({ packets }) => packets.length)).toEqual([256]);
  });

  it('flushes at 64 KiB, and sends a large packet alone', async () => {
    const { client, batch } = setUp();
    const big = 'x'.repeat(64 * 1024);
    batch.add('t', 'small');
    batch.add('t', big);
    batch.add('t', 'half'.repeat(10_000));
    batch.add('t', 'half'.repeat(10_000));
    batch.add('t', 'last');
    await nextTick();
    const sizes = client.commands.map(
      ({ kind, packets }) => `${kind} ${packets.map(([, d]) => d.length).join()}`,
    );
    expect(sizes).toEqual(['publish 5', 'publish 65536', 'eval 40000,40000']);
    client.commands[2].resolve(null);
    await settled();
    expect(client.shape().at(-1)).toBe('publish last');
  });

  it('is silent about what the loss of the connection takes along', async () => {
    const { client, batch, add, errors } = setUp();
    add('a');
    await nextTick();
    add('b', 'c');
    await nextTick();
    add('d');
    client.commands[0].reject(new Error('Connection is closed.'));
    batch.abandon();
    client.commands[1].reject(refusal(NOPERM));
    await settled();
    expect(client.shape()).toEqual(['publish a', 'eval b,c']);
    expect(errors).toEqual([]);
  });

  it('reports a refused plain publish', async () => {
    const { client, add, errors } = setUp();
    add('a');
    await nextTick();
    client.commands[0].reject(refusal('NOPERM no channel'));
    await settled();
    expect(errors.map((error) => error.message)).toEqual(['NOPERM no channel']);
  });

  it('publishes each packet once, whether scripts are allowed, forbidden or forbidden at some time; in order, unless the right is taken away with scripts under way', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 4 }) }) },
      { weight: 3, arbitrary: fc.constant('turn' as const) },
      { weight: 3, arbitrary: fc.constant('answer' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat(40), async (steps, forbiddenFrom) => {
        const { client, batch, errors } = setUp();
        const published: string[] = [];
        let sent = 0;
        let answered = 0;
        const verdicts = new Set<string>();
        // The server works commands off in order; from some command on it refuses scripts.
        const answer = () => {
          const command = client.commands[answered];
          if (!command) return;
          const refused = answered >= forbiddenFrom;
          if (command.kind === 'eval') verdicts.add(refused ? 'refused' : 'allowed');
          if (command.kind === 'eval' && refused) command.reject(refusal(NOPERM));
          else {
            published.push(...command.packets.map(([, data]) => data as string));
            command.resolve(null);
          }
          answered++;
        };
        for (const next of steps) {
          if (next === 'turn') await nextTick();
          else if (next === 'answer') {
            answer();
            await settled();
          } else for (let n = 0; n < next.add; n++) batch.add('t', `${sent++}`);
        }
        await nextTick();
        while (answered < client.commands.length) {
          answer();
          await settled();
        }
        const all = Array.from({ length: sent }, (_, n) => `${n}`);
        if (verdicts.size < 2) expect(published).toEqual(all);
        else expect(published.map(Number).sort((a, b) => a - b)).toEqual(all.map(Number));
        expect(errors).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
