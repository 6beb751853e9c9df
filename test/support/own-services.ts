import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../../lib/context/context.js';
import type { ServiceSchema } from '../../lib/broker/service-schema.js';
import { ownFailures } from './own-failures.js';
import { buildValue, describeContext, describeValue } from './peer-values.mjs';

/** What our listeners and handlers saw. */
export interface Seen {
  events: SeenEvent[];
  /** Errors of nested calls that handlers caught. */
  nestedErrors: any[];
  /** How often each action ran. */
  runs: Record<string, number>;
}

export interface SeenEvent {
  service: string;
  group: string;
  eventName: string;
  eventType: string;
  eventGroups: string[] | null;
  params: any;
  meta: Record<string, any>;
  headers: Record<string, any>;
  nodeID: string;
  requestID: string;
  parentID: string | null;
  level: number;
  caller: string | null;
}

export const newSeen = (): Seen => ({ events: [], nestedErrors: [], runs: {} });

type Any = Context<any>;

/** The mirror of what a Moleculer peer serves (peer-services.mjs), under names of our own. */
export function ownServices(seen: Seen): ServiceSchema[] {
  return [own(seen), ...people, ownVisible, ownFailures(), ...ownSinks(seen)];
}

function own(seen: Seen): ServiceSchema {
  const count = (name: string) => (seen.runs[name] = (seen.runs[name] ?? 0) + 1);
  return {
    name: 'own',
    settings: { $secureSettings: ['password'], port: 1, password: 'TOP-SECRET' },
    metadata: { lang: 'nest' },
    actions: {
      add: { params: { a: 'number', b: 'number' }, handler: (ctx: Any) => ctx.params.a + ctx.params.b },
      whoami: (ctx) => ctx.broker.nodeID,
      reply: (ctx) => ctx.params,
      types: (ctx) => describeValue(ctx.params),
      value: (ctx) => buildValue(ctx.params),
      circular() {
        const ring: Record<string, unknown> = {};
        ring['self'] = ring;
        return ring;
      },
      nothing: () => undefined,
      big: (ctx: Any) => 'y'.repeat(ctx.params.size),
      length: (ctx: Any) => ctx.params.text.length,
      meta: (ctx) => ctx.meta,
      context: (ctx) => (count('context'), describeContext(ctx)),
      setMeta(ctx) {
        Object.assign(ctx.meta, ctx.params);
        return true;
      },
      setMetaAndFail(ctx) {
        Object.assign(ctx.meta, ctx.params);
        throw Object.assign(new Error('after meta'), { code: 400, type: 'AFTER_META' });
      },
      /** Calls on, `{ action, params, opts }`: both contexts, and the meta as it is afterwards. */
      async nested(ctx: Any) {
        const self = describeContext(ctx);
        const { action, params, opts } = ctx.params;
        try {
          return { self, result: await ctx.call<any>(action, params, opts), meta: ctx.meta };
        } catch (error) {
          const { name, message } = error as Error;
          return { self, error: { name, message }, meta: ctx.meta };
        }
      },
      async emit(ctx: Any) {
        const { event, payload, opts, broadcast } = ctx.params;
        await (broadcast ? ctx.broadcast(event, payload, opts) : ctx.emit(event, payload, opts));
        return describeContext(ctx);
      },
      async sleep(ctx: Any) {
        count('sleep');
        await sleep(ctx.params.ms);
        return { timeout: ctx.options.timeout ?? null };
      },
      limited: { timeout: 300, handler: (ctx: Any) => sleep(ctx.params.ms ?? 600, 'done') },
      async chain(ctx: Any) {
        await sleep(ctx.params.before);
        try {
          return await ctx.call<any>(ctx.params.action, ctx.params.params ?? {});
        } catch (error) {
          seen.nestedErrors.push(error);
          throw error;
        }
      },
    },
  };
}

const people: ServiceSchema[] = [
  { name: 'people', actions: { get: () => 'people' } },
  { name: 'people', version: 2, actions: { get: () => 'v2.people' } },
  { name: 'people', version: 'staging', actions: { get: () => 'staging.people' } },
  { name: 'bare', version: 3, settings: { $noVersionPrefix: true }, actions: { get: () => 'bare' } },
  { name: 'level', settings: { $noServiceNamePrefix: true }, actions: { levelAction: () => 'level' } },
];

const VISIBILITIES = ['published', 'public', 'protected', 'private'];
const ownVisible: ServiceSchema = {
  name: 'ownvis',
  actions: Object.fromEntries(
    VISIBILITIES.map((visibility) => [visibility, { visibility, handler: () => visibility }]),
  ),
};

/** Listeners that write down what they get: groups `ownsink`, `ownsink2`, `special`, `shared`. */
function ownSinks(seen: Seen): ServiceSchema[] {
  const listen = (service: string, group = service) => ({
    ...(group === service ? {} : { group }),
    handler(ctx: Any) {
      seen.events.push({ service, group, ...(describeContext(ctx) as object) } as SeenEvent);
      if (ctx.eventName === 'bad.event') throw new Error('event handler failed');
    },
  });
  return [
    {
      name: 'ownsink',
      events: {
        ev_random_number: listen('ownsink'),
        'own.**': listen('ownsink'),
        'ownsingle.*': listen('ownsink'),
        'ownq?.x': listen('ownsink'),
        'bad.event': listen('ownsink'),
        'owngrp.only': listen('ownsink', 'special'),
        '$node.connected': listen('ownsink'),
      },
    },
    {
      name: 'ownsink2',
      events: { 'own.**': listen('ownsink2'), 'own.shared': listen('ownsink2', 'shared') },
    },
  ];
}
