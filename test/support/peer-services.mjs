/** What every Moleculer peer of the tests serves, besides failures and remote control. */
import { Readable } from 'node:stream';
import { describeContext, describeValue, buildValue } from './peer-values.mjs';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What a peer keeps between commands. */
export const newState = () => ({ events: [], internal: [], logs: [], sleeping: 0, slept: 0 });

const math = {
  name: 'math',
  settings: { precision: 2 },
  actions: {
    add: {
      params: { a: { type: 'number', convert: true }, b: { type: 'number', convert: true } },
      handler: (ctx) => ctx.params.a + ctx.params.b,
    },
    /** Answers at once; `ev_random_number` { value, id } follows after `delay` ms. */
    random(ctx) {
      const { delay = 50, broadcast = false, groups, id = null } = ctx.params ?? {};
      const value = Math.random();
      const how = broadcast ? 'broadcast' : 'emit';
      setTimeout(
        () => void ctx[how]('ev_random_number', { value, id }, groups ? { groups } : undefined),
        delay,
      );
      return { scheduled: true, value, id };
    },
  },
};

const greeter = {
  name: 'greeter',
  metadata: { lang: 'js' },
  actions: {
    hello: (ctx) => `Hello ${ctx.params?.name ?? 'Moleculer'}`,
    whoami() {
      return { nodeID: this.broker.nodeID, moleculer: this.broker.MOLECULER_VERSION };
    },
  },
};

const echo = {
  name: 'echo',
  actions: {
    reply: (ctx) => ctx.params,
    types: (ctx) => describeValue(ctx.params),
    value: (ctx) => buildValue(ctx.params),
    meta: (ctx) => ctx.meta,
    context: (ctx) => describeContext(ctx),
    nothing: () => undefined,
    nil: () => null,
    big: (ctx) => 'x'.repeat(ctx.params.size),
    download: () => Readable.from([Buffer.from('one'), Buffer.from('two')], { objectMode: false }),
    /** Writes its params into the meta. */
    setMeta(ctx) {
      Object.assign(ctx.meta, ctx.params);
      return true;
    },
    setMetaAndFail(ctx) {
      Object.assign(ctx.meta, ctx.params);
      throw Object.assign(new Error('after meta'), { code: 400, type: 'AFTER_META' });
    },
    /** Calls on, `{ action, params, opts }`; both contexts. */
    async nested(ctx) {
      return {
        self: describeContext(ctx),
        result: await ctx.call(ctx.params.action, ctx.params.params, ctx.params.opts),
      };
    },
    async emit(ctx) {
      await ctx.emit(ctx.params.event, ctx.params.payload, ctx.params.opts);
      return describeContext(ctx);
    },
  },
};

const slow = (state) => ({
  name: 'slow',
  actions: {
    async sleep(ctx) {
      state.sleeping++;
      await sleep(ctx.params?.ms ?? 500);
      state.sleeping--;
      state.slept++;
      return { timeout: ctx.options.timeout ?? null };
    },
    /** Has a limit of its own of 300 ms. */
    limited: { timeout: 300, handler: (ctx) => sleep(ctx.params?.ms ?? 1000) },
    /** Waits `before` ms, then calls on: shows how the remaining time travels. */
    async chain(ctx) {
      await sleep(ctx.params.before);
      const result = await ctx.call(ctx.params.action ?? 'echo.context', ctx.params.params ?? {});
      return { timeout: ctx.options.timeout ?? null, result };
    },
    stats: () => ({ sleeping: state.sleeping, slept: state.slept }),
  },
});

const versioned = [
  { name: 'users', actions: { get: () => 'users' } },
  { name: 'users', version: 2, actions: { get: () => 'v2.users' } },
  { name: 'users', version: 'staging', actions: { get: () => 'staging.users' } },
  {
    name: 'unprefixed',
    version: 3,
    settings: { $noVersionPrefix: true },
    actions: { get: () => 'unprefixed' },
  },
  { name: 'flat', settings: { $noServiceNamePrefix: true }, actions: { flatAction: () => 'flat' } },
];

const secure = {
  name: 'secure',
  settings: { $secureSettings: ['password'], port: 1234, password: 'TOP-SECRET', none: null },
  metadata: { region: 'eu', priority: 5 },
  actions: { ping: () => 'pong' },
};

const VISIBILITIES = ['published', 'public', 'protected', 'private'];
const visible = {
  name: 'vis',
  actions: Object.fromEntries(
    VISIBILITIES.map((visibility) => [visibility, { visibility, handler: () => visibility }]),
  ),
};

/** Listeners that write down what they get: groups `sink`, `sink2`, `special`, `shared`. */
function sinks(state) {
  const listen = (service, group = service) => ({
    context: true,
    ...(group === service ? {} : { group }),
    handler(ctx) {
      state.events.push({ service, group, pattern: ctx.event?.name ?? null, ...describeContext(ctx) });
      if (ctx.eventName === 'bad.event') throw new Error('event handler failed');
    },
  });
  return [
    {
      name: 'sink',
      events: {
        ev_random_number: listen('sink'),
        'ev.**': listen('sink'),
        'single.*': listen('sink'),
        'q?.x': listen('sink'),
        'bad.event': listen('sink'),
        'grp.only': listen('sink', 'special'),
      },
    },
    { name: 'sink2', events: { 'ev.**': listen('sink2'), 'ev.shared': listen('sink2', 'shared') } },
    {
      name: 'plainsink',
      events: {
        // What it gets first depends on the version, and in 0.14 on the name of that argument.
        'plain.*'(first, second, third) {
          const isContext = first?.constructor?.name === 'Context';
          state.events.push({
            eventName: isContext ? first.eventName : third,
            isContext,
            params: isContext ? first.params : first,
            nodeID: isContext ? first.nodeID : second,
          });
        },
      },
    },
  ];
}

export function peerServices(state) {
  return [math, greeter, echo, slow(state), ...versioned, secure, visible, ...sinks(state)];
}
