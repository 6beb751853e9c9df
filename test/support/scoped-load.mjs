/**
 * 100,000 calls of request-scoped handlers of all kinds, with a bounded number under way, after as many that warm up: prints, as JSON, how
 * much the heap (kB) and the number of live instances have grown meanwhile. Runs beside a compiled lib (compiled-lib.ts).
 */
import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Inject, Injectable, Module, Scope, UseFilters, UseGuards } from '@nestjs/common';
import { ContextIdFactory, NestFactory, REQUEST } from '@nestjs/core';
import { Action, MoleculerModule, Service, ServiceBroker } from './lib/index.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const [warmUp, calls, together] = [100_000, 100_000, 50];

/** Instances that the collector has not taken. */
let alive = 0;
const gone = new FinalizationRegistry(() => alive--);
function born(instance) {
  alive++;
  gone.register(instance);
}

const method = (type, name, ...decorators) => {
  for (const decorate of decorators) {
    decorate(type.prototype, name, Object.getOwnPropertyDescriptor(type.prototype, name));
  }
};

class Who {
  constructor(ctx) {
    this.ctx = ctx;
    // So that one that is kept shows.
    this.ballast = Array.from({ length: 50 }, (_, i) => i);
    born(this);
  }
}
Injectable({ scope: Scope.REQUEST })(Who);
Inject(REQUEST)(Who, undefined, 0);

class Guard {
  constructor(who) {
    this.who = who;
  }
  canActivate() {
    return this.who.ctx.params.n >= 0;
  }
}
Injectable()(Guard);
Inject(Who)(Guard, undefined, 0);

class Tenant {
  constructor() {
    born(this);
  }
}
Injectable({ scope: Scope.REQUEST, durable: true })(Tenant);

class Plain {
  constructor(who) {
    this.who = who;
  }
  go() {
    return this.who.ctx.params.n;
  }
}
Inject(Who)(Plain, undefined, 0);
method(Plain, 'go', Action());
// Class decorators run last.
Service('plain')(Plain);

class Guarded extends Plain {
  go() {
    return this.who.ctx.params.n;
  }
}
method(Guarded, 'go', Action(), UseGuards(Guard), UseFilters({ catch: (error) => error.message }));
Service('guarded')(Guarded);

class Failing {
  constructor(who) {
    if (who.ctx.params.n >= 0) throw new Error(`not for ${who.ctx.params.n}`);
  }
  go() {}
}
Inject(Who)(Failing, undefined, 0);
method(Failing, 'go', Action(), UseFilters({ catch: () => -1 }));
Service('failing')(Failing);

class Durable {
  constructor(tenant) {
    this.tenant = tenant;
  }
  go() {
    return this.tenant instanceof Tenant;
  }
}
Inject(Tenant)(Durable, undefined, 0);
method(Durable, 'go', Action());
Service('durable')(Durable);

const tenants = Array.from({ length: 10 }, () => ContextIdFactory.create());
ContextIdFactory.apply({
  attach: (contextId, ctx) => ({
    resolve: (info) => (info.isTreeDurable ? tenants[ctx.params.n % tenants.length] : contextId),
    payload: { tenant: ctx.params.n % tenants.length },
  }),
});

class AppModule {}
Module({
  imports: [MoleculerModule.forRoot({ ambientContext: true })],
  providers: [Who, Tenant, Guard, Plain, Guarded, Failing, Durable],
})(AppModule);
const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
const broker = app.get(ServiceBroker);

const ACTIONS = ['plain.go', 'guarded.go', 'failing.go', 'durable.go'];
const right = (n, answer) => answer === [n, n, -1, true][n % ACTIONS.length];
let wrong = 0;

async function run(from, to) {
  let next = from;
  const worker = async () => {
    while (next < to) {
      const n = next++;
      if (!right(n, await broker.call(ACTIONS[n % ACTIONS.length], { n }))) wrong++;
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
}

/** What is left when the collector has had its way; finalizers run in turns of their own. */
async function settled() {
  for (let i = 0; i < 5; i++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { heap: process.memoryUsage().heapUsed, alive };
}

const began = performance.now();
// By then all is compiled that will be, and Nest's tables of what it made have their size (with Nest 11, 4 MB between 40,000 and 100,000).
await run(0, warmUp);
const first = await settled();
await run(warmUp, warmUp + calls);
const last = await settled();
await app.close();
console.log(
  JSON.stringify({
    calls,
    wrong,
    grownBy: Math.round((last.heap - first.heap) / 1024),
    instancesGrownBy: last.alive - first.alive,
    alive: last.alive,
    seconds: Math.round(performance.now() - began) / 1000,
  }),
);
