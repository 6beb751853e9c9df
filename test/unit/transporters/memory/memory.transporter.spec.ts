import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryHub } from '../../../../lib/transporters/memory/memory-hub.js';
import { MemoryTransporter } from '../../../../lib/transporters/memory/memory.transporter.js';
import { RecordingHost } from '../../../support/recording-host.js';

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
let count = 0;

describe('MemoryTransporter', () => {
  let hub = '';
  const made: MemoryTransporter[] = [];
  afterEach(() => Promise.all(made.splice(0).map((transporter) => transporter.disconnect())));

  function make(name = (hub = `hub ${++count}`)) {
    const transporter = new MemoryTransporter({ hub: name });
    made.push(transporter);
    return { transporter, host: new RecordingHost(transporter) };
  }

  async function connected(topics = ['t'], name?: string) {
    const { transporter, host } = make(name);
    await transporter.connect();
    await transporter.subscribe(topics);
    return { transporter, host };
  }

  it('delivers text and bytes to every subscriber, the sender included', async () => {
    const a = await connected();
    const b = await connected(['t', 'u'], hub);
    const c = await connected(['u'], hub);
    a.transporter.send('t', 'žluť');
    a.transporter.send('t', Buffer.from([0xff, 0]));
    await nextTurn();
    expect(a.host.messages.map(({ data }) => [...data])).toEqual([[...Buffer.from('žluť')], [0xff, 0]]);
    expect(b.host.messages).toEqual(a.host.messages);
    expect(c.host.messages).toEqual([]);
  });

  it('keeps hubs apart', async () => {
    const a = await connected();
    const b = await connected();
    a.transporter.send('t', 'x');
    await nextTurn();
    expect([a.host.messages.length, b.host.messages.length]).toEqual([1, 0]);
  });

  it('gives each receiver bytes of its own, and lets the sender use its buffer again', async () => {
    const a = await connected();
    const b = await connected(['t'], hub);
    const data = Buffer.from('abc');
    a.transporter.send('t', data);
    data.fill('z');
    await nextTurn();
    a.host.messages[0].data.fill('q');
    expect(b.host.texts()).toEqual(['abc']);
  });

  it('delivers nothing while send is running, nor to what a handler sends', async () => {
    const a = await connected();
    let depth = 0;
    const depths: number[] = [];
    a.host.message = (_topic, data) => {
      depths.push(++depth);
      if (data.toString() === 'first') a.transporter.send('t', 'second');
      depth--;
    };
    a.transporter.send('t', 'first');
    expect(depths).toEqual([]);
    await nextTurn();
    await nextTurn();
    expect(depths).toEqual([1, 1]);
  });

  it('reports a receiver that throws, and goes on to the others', async () => {
    const a = await connected();
    const b = await connected(['t'], hub);
    a.host.message = () => {
      throw new Error('trouble');
    };
    b.transporter.send('t', 'x');
    await nextTurn();
    expect(a.host.errors.map((error) => error.message)).toEqual(['trouble']);
    expect(b.host.texts()).toEqual(['x']);
  });

  it('counts the subscribers of a topic', async () => {
    const a = await connected();
    await connected(['t'], hub);
    const c = await connected(['t'], hub);
    await c.transporter.disconnect();
    expect(await a.transporter.countSubscribers('t')).toBe(2);
    expect(await a.transporter.countSubscribers('u')).toBe(0);
    expect(await c.transporter.countSubscribers('t')).toBeNull();
  });

  it('ends a subscription, of its own alone', async () => {
    const a = await connected(['t', 'u']);
    const b = await connected(['t'], hub);
    expect(a.transporter.isSubscribed('t')).toBe(true);
    await a.transporter.unsubscribe(['t', 'never']);
    expect(['t', 'u'].map((topic) => a.transporter.isSubscribed(topic))).toEqual([false, true]);
    b.transporter.send('t', '1');
    b.transporter.send('u', '2');
    await nextTurn();
    expect([a.host.texts(), b.host.texts()]).toEqual([['2'], ['1']]);
  });

  it('delivers what was sent before disconnect, and nothing to those who left', async () => {
    const a = await connected();
    const b = await connected(['t'], hub);
    a.transporter.send('t', 'goodbye');
    await a.transporter.disconnect();
    a.transporter.send('t', 'too late');
    await nextTurn();
    expect(b.host.texts()).toEqual(['goodbye']);
    expect(a.host.messages).toEqual([]);
  });

  it('has left only when what it sent has arrived', async () => {
    const one = await connected();
    const two = await connected(['t'], hub);
    vi.useFakeTimers(); // the network goes on
    one.transporter.send('t', 'last word');
    await one.transporter.disconnect().finally(() => vi.useRealTimers());
    expect(two.host.texts()).toEqual(['last word']);
  });

  it('loses what nobody hears', async () => {
    const a = await connected([]);
    a.transporter.send('t', 'early');
    await nextTurn();
    await a.transporter.subscribe(['t']);
    await nextTurn();
    expect(a.host.messages).toEqual([]);
  });

  it('refuses to subscribe without a connection, and to connect twice', async () => {
    const { transporter } = make();
    await expect(transporter.subscribe(['t'])).rejects.toThrow('not connected');
    await transporter.connect();
    await expect(transporter.connect()).rejects.toThrow('connected already');
  });

  describe('when the network fails', () => {
    it('tells a member that was cut off, and loses what it had sent', async () => {
      const a = await connected();
      const b = await connected(['t'], hub);
      a.transporter.send('t', 'lost');
      b.transporter.send('t', 'not for a');
      memoryHub(hub).cut(a.transporter);
      a.transporter.send('t', 'lost too');
      await nextTurn();
      expect(a.host.states).toEqual(['down']);
      expect(b.host.states).toEqual([]);
      expect(a.host.messages).toEqual([]);
      expect(b.host.texts()).toEqual(['not for a']);
      await expect(a.transporter.subscribe(['t'])).rejects.toThrow('not connected');
    });

    it('restores a member without its subscriptions', async () => {
      const a = await connected();
      memoryHub(hub).cut(a.transporter);
      memoryHub(hub).restore(a.transporter);
      expect(a.host.states).toEqual(['down', 'up']);
      expect(await a.transporter.countSubscribers('t')).toBe(0);
      await a.transporter.subscribe(['t']);
      a.transporter.send('t', 'again');
      await nextTurn();
      expect(a.host.texts()).toEqual(['again']);
    });

    it('cuts all, tells each once, and lets nobody join before it is restored', async () => {
      const a = await connected();
      const b = await connected(['t'], hub);
      memoryHub(hub).cut();
      memoryHub(hub).cut();
      const late = make(hub);
      let joined = false;
      const joining = late.transporter.connect().then(() => (joined = true));
      await nextTurn();
      expect([a.host.states, b.host.states, joined]).toEqual([['down'], ['down'], false]);
      memoryHub(hub).restore();
      await joining;
      expect([a.host.states, b.host.states, late.host.states]).toEqual([['down', 'up'], ['down', 'up'], []]);
    });

    it('ends a pending connect at disconnect', async () => {
      const { transporter } = make();
      const held = memoryHub(hub);
      held.cut();
      const connecting = expect(transporter.connect()).rejects.toThrow('disconnected');
      await transporter.disconnect();
      await connecting;
      held.restore();
    });
  });

  it('gives every receiver the packets of each sender in their order', async () => {
    const sends = fc.array(
      fc.record({ from: fc.nat(2), turn: fc.boolean(), topic: fc.constantFrom('t', 'u') }),
    );
    await fc.assert(
      fc.asyncProperty(sends, async (steps) => {
        const members = [
          await connected(['t', 'u']),
          await connected(['t'], hub),
          await connected(['u'], hub),
        ];
        const expected: string[][] = [[], [], []];
        for (const [n, { from, turn, topic }] of steps.entries()) {
          members[from].transporter.send(topic, `${from}:${n}`);
          members.forEach(
            (_, i) => (i === 0 || (i === 1) === (topic === 't')) && expected[i].push(`${from}:${n}`),
          );
          if (turn) await nextTurn();
        }
        await nextTurn();
        for (const from of [0, 1, 2]) {
          const own = (texts: string[]) => texts.filter((text) => text.startsWith(`${from}:`));
          expect(members.map(({ host }) => own(host.texts()))).toEqual(expected.map(own));
        }
        await Promise.all(members.map(({ transporter }) => transporter.disconnect()));
      }),
      { numRuns: 50 },
    );
  });
});
