/**
 * A steady load of calls and events, for nodes of ours and of Moleculer alike: the service that bears it, the driver that makes it,
 * and a journal of what was handled.
 */
import { getEventListeners } from 'node:events';
import { openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** ms between two turns of a driver. */
const TURN = 8;

let drivers = 0;

/** Notes each run of a handler in a file, at once: a process that is killed takes nothing of it along. */
export function openJournal(file) {
  const fd = openSync(file, 'a');
  return (kind, id) => void writeSync(fd, `${kind} ${id}\n`);
}

/**
 * Actions `work.echo` and `work.think { ms }`, listeners of `work.tick` in the groups `work` and `audit`, of `work.news` in each
 * node. A schema for `createService` of either broker.
 */
export function workServices(note, nodeID) {
  const me = `${nodeID}/${process.pid}`;
  const answer = ({ id }) => ({ id, by: nodeID });
  const run = ({ id }) => (id === 'probe' ? undefined : note('run', `${id} ${me}`));
  const listen = (kind) => ({ context: true, handler: (ctx) => note(kind, `${ctx.params.id} ${me}`) });
  return [
    {
      name: 'work',
      actions: {
        echo(ctx) {
          run(ctx.params);
          return answer(ctx.params);
        },
        async think(ctx) {
          run(ctx.params);
          await sleep(ctx.params.ms);
          if (ctx.params.told) note('thought', ctx.params.id);
          return answer(ctx.params);
        },
      },
      events: { 'work.tick': listen('tick:work'), 'work.news': listen('news') },
    },
    { name: 'audit', events: { 'work.tick': listen('tick:audit') } },
  ];
}

/** Calls and emits without a pause, each with an ID of its own, and notes how every call ended. */
export class LoadDriver {
  #broker;
  #targets;
  #timeout;
  #name;
  #timer = null;
  #turn = 0;
  #last = 0;
  #open = new Map();
  #kinds = {};
  #wrong = [];
  #answeredBy = {};
  #events = 0;
  #abort = new AbortController();

  /**
   * @param broker of ours or of Moleculer
   * @param {{ targets: string[], timeout: number }} options `targets`: nodes that are also called by name; `timeout`: ms
   */
  constructor(broker, { targets, timeout }) {
    this.#broker = broker;
    this.#targets = targets;
    this.#timeout = timeout;
    this.#name = `${broker.nodeID}/${process.pid}/${++drivers}`;
  }

  start() {
    this.#timer = setInterval(() => this.#step(), TURN);
  }

  /** How the calls ended so far, by `answered` or the name of the error; and those still open. */
  state() {
    return { kinds: { ...this.#kinds }, open: this.#open.size, answeredBy: { ...this.#answeredBy } };
  }

  /** No more; resolves when all calls have ended. */
  async stop() {
    clearInterval(this.#timer);
    await Promise.all(this.#open.values());
    return {
      kinds: this.#kinds,
      wrong: this.#wrong,
      answeredBy: this.#answeredBy,
      calls: this.#last,
      events: this.#events,
      watches: getEventListeners(this.#abort.signal, 'abort').length,
    };
  }

  #step() {
    const turn = this.#turn++;
    const timeout = turn % 20 === 0 ? 300 : this.#timeout;
    this.#call('work.echo', {}, { timeout });
    const nodeID = this.#targets[turn % this.#targets.length];
    this.#call('work.think', { ms: turn % 40 }, { timeout, nodeID });
    this.#event('emit', 'work.tick');
    if (turn % 8 === 0) this.#event('broadcast', 'work.news');
  }

  #event(how, name) {
    const id = `${this.#name}:e${++this.#events}`;
    Promise.resolve(this.#broker[how](name, { id })).catch((error) =>
      this.#wrong.push(`${how} ${id}: ${error}`),
    );
  }

  #call(action, params, opts) {
    const id = `${this.#name}:${++this.#last}`;
    const signal = this.#last % 5 === 0 ? this.#abort.signal : undefined;
    let ends = 0;
    const end = (kind, by) => {
      if (++ends > 1) this.#wrong.push(`${id} ended twice`);
      this.#kinds[kind] = (this.#kinds[kind] ?? 0) + 1;
      if (by !== undefined) this.#answeredBy[by] = (this.#answeredBy[by] ?? 0) + 1;
      this.#open.delete(id);
    };
    const check = (answer) => {
      const right = answer?.id === id && (opts.nodeID === undefined || answer.by === opts.nodeID);
      if (!right) this.#wrong.push(`${id} got ${JSON.stringify(answer)}`);
      end('answered', answer?.by);
    };
    const pending = this.#broker.call(action, { ...params, id }, { ...opts, signal });
    this.#open.set(
      id,
      pending.then(check, (error) => end(error.name)),
    );
  }
}

/** The remote control of a driver in another process. */
export function loadCommands(broker) {
  let driver = null;
  return {
    loadStart(options) {
      driver = new LoadDriver(broker, options);
      driver.start();
    },
    loadState: () => driver.state(),
    loadStop: () => driver.stop(),
  };
}

/** Lines of journals that must not be there twice: a run of one call; an event in one group; news in one process. */
export function handledTwice(journals) {
  const seen = new Set();
  const twice = [];
  for (const line of journals.flatMap((text) => text.split('\n'))) {
    if (line === '') continue;
    const [kind, id, where] = line.split(' ');
    const key = kind === 'news' ? line : `${kind} ${id}`;
    if (seen.has(key)) twice.push(`${key} (again in ${where})`);
    seen.add(key);
  }
  return twice;
}
