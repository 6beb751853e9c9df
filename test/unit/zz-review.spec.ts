import 'reflect-metadata';
import { Injectable, Module, NotFoundException, Inject, type OnModuleDestroy, type OnApplicationShutdown, type OnModuleInit, type BeforeApplicationShutdown, Controller, Get, Scope, UseGuards, Param } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { it, describe } from 'vitest';
import Redis from 'ioredis';
import { inspect } from 'node:util';
import { MoleculerModule, ServiceBroker, Service, Action, Event, MoleculerExceptionFilter, MoleculerClientError, CONTEXT, Context, InjectService, EventStream, getBrokerToken } from '../../lib/index.js';
const lines: string[] = [];
const logs = Object.fromEntries(['log','warn','error','debug','verbose','fatal'].map((k) => [k, (...a: unknown[]) => lines.push(k + ' ' + a.map(String).join(' | ').slice(0, 200))]));
const unhandled: unknown[] = [];
process.on('unhandledRejection', (e) => unhandled.push(e));
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));
async function app(providers: any[], opts: any = {}, extra: any = {}) {
  const ref = await Test.createTestingModule({ imports: [MoleculerModule.forRoot({ transporter: null, ...opts }), ...(extra.imports ?? [])], providers, controllers: extra.controllers ?? [] }).compile();
  ref.useLogger(logs as any);
  await ref.init();
  return ref;
}
describe('p2', () => {
  it('filter with foreign error class', async () => {
    class UserMissing extends MoleculerClientError { constructor() { super('no such user', 404, 'USER_MISSING', { id: 1 }); } }
    @Service('u') class U { @Action() get() { throw new UserMissing(); } @Action() plain() { throw Object.assign(new Error('p'), { code: 404 }); } }
    @Controller() class C { constructor(private b: ServiceBroker) {} @Get('x') x() { return this.b.call('u.get'); } @Get('p') p() { return this.b.call('u.plain'); } }
    const a = await app([U], { transporter: 'memory://f1', nodeID: 'A' });
    const m = await Test.createTestingModule({ imports: [MoleculerModule.forRoot({ transporter: 'memory://f1', nodeID: 'B' })], controllers: [C], providers: [{ provide: APP_FILTER, useClass: MoleculerExceptionFilter }] }).compile();
    const h = m.createNestApplication({ logger: logs as any });
    await h.listen(0, '127.0.0.1');
    for (const p of ['x', 'p']) { const r = await fetch(`${await h.getUrl()}/${p}`); console.log('remote custom class', p, r.status, await r.text()); }
    await h.close(); await a.close();
  });
  it('hooks at stop', async () => {
    const seen: string[] = [];
    @Service('l') class L { @Event('bye.*') on(p: any) { seen.push(p.from); } @Action() ok() { return 1; } }
    const other = await app([L], { transporter: 'memory://h', nodeID: 'O' });
    @Service('e') class E implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown, OnModuleInit {
      constructor(private b: ServiceBroker) {}
      @Action() own() { return 5; }
      async onModuleInit() { seen.push('init ' + (await this.b.call('e.own').catch(String))); }
      async onModuleDestroy() { await this.b.emit('bye.1', { from: 'destroy' }); seen.push('destroy ' + await this.b.call('l.ok').catch(String)); }
      async beforeApplicationShutdown() { await this.b.emit('bye.2', { from: 'before' }); seen.push('before ' + await this.b.call('l.ok').catch(String) + await this.b.call('e.own').catch(String)); }
      async onApplicationShutdown() { await this.b.emit('bye.3', { from: 'shutdown' }); seen.push('shutdown ' + await this.b.call('l.ok').catch(String)+ await this.b.call('e.own').catch(String)); }
    }
    const a = await app([E], { transporter: 'memory://h', nodeID: 'E' });
    await a.close(); await sleep(50);
    console.log('hooks', seen);
    await other.close();
  });
  it('request scope, CONTEXT', async () => {
    @Injectable({ scope: Scope.REQUEST }) class R { constructor(@Inject(CONTEXT) readonly ctx: Context) {} }
    @Service('rs') class RS { constructor(readonly r: R) {} @Action() id(_p: unknown, ctx: Context) { return this.r.ctx === ctx && this.r.ctx.meta; } @Event('ev') e() { evs++; } }
    let evs = 0;
    const a = await app([R, RS]);
    const b = a.get(ServiceBroker);
    console.log('rs', await b.call('rs.id', {}, { meta: { t: 1 } })); await b.emit('ev'); console.log('evs', evs);
    await a.close();
  });
  it('redis down: start and close', async () => {
    lines.length = 0;
    let t = Date.now();
    const a = await app([], { transporter: 'redis://127.0.0.1:1', transit: { connectTimeout: 300 } });
    console.log('started', Date.now() - t); 
    const b = a.get(ServiceBroker);
    console.log(String(await b.call('nope.x').catch((e) => e)));
    t = Date.now(); await a.close(); console.log('closed', Date.now() - t, await b.ready.catch(String));
    console.log(lines);
  });
  it('hostile redis packets', async () => {
    lines.length = 0;
    const ns = 'rev' + process.pid;
    @Service('v') class V { @Action() echo(p: any, ctx: Context) { return { p, meta: ctx.meta, level: ctx.level }; } @Event('**') any() { n++; } @Action({ params: { n: 'number' } }) num(p: any) { return p.n; } @Action({visibility:'private'}) priv() { return 'secret'; } @Action() nested(_p: any, ctx: Context) { return ctx.call('v.echo'); } }
    let n = 0;
    const a = await app([V], { transporter: 'redis://127.0.0.1:6379', namespace: ns, nodeID: 'victim' });
    const b = a.get(ServiceBroker);
    const pub = new Redis(); const sub = new Redis();
    const got: string[] = [];
    await sub.psubscribe(`MOL-${ns}.*.evil`); sub.on('pmessage', (_p, ch, m) => got.push(ch.split('.')[1] + ' ' + m.slice(0, 220)));
    const send = (cmd: string, o: any) => pub.publish(`MOL-${ns}.${cmd}`, typeof o === 'string' ? o : JSON.stringify({ ver: '5', sender: 'evil', ...o }));
    await send('REQ.victim', '{"ver":"5","sender":"evil","id":"1","action":"v.echo","params":{"__proto__":{"x":1}},"meta":{"__proto__":{"admin":true},"constructor":{"prototype":{"y":1}}},"level":1e308,"timeout":1e400}');
    await send('REQ.victim', { id: '2', action: 'v.nested', level: 1e308, timeout: -5, requestID: '', caller: 5 });
    await send('REQ.victim', { id: '3', action: '__proto__' });
    await send('REQ.victim', { id: '4', action: 'constructor' });
    await send('REQ.victim', { id: '5', action: 'v.priv' });
    await send('REQ.victim', { id: '6', action: 'v.num', params: '__proto__' });
    await send('REQ.victim', { id: '7', action: 'v.num', params: [1] });
    await send('REQ.victim', { id: '', action: 'v.echo' });
    await send('REQ.victim', { id: '8', action: 'v.nested', timeout: 0.0001 });
    await send('REQ.victim', '['.repeat(200000));
    await send('REQ.victim', '{"ver":"5","sender":"evil","id":"9","action":"v.echo","params":' + '['.repeat(50000) + ']'.repeat(50000) + '}');
    await send('INFO', { services: [{ name: 'x', actions: { a: { name: 'x.a', strategy: '__proto__', timeout: 'x' }, b: { name: '__proto__' }, c: { name: 'v.echo' } }, events: { e: { name: '**a**a**a**a**a**b', group: '__proto__' }, f: { name: 'toString', group: 'constructor' } }, settings: null }], seq: 1e308, instanceID: 'i' });
    await send('INFO', { sender: '__proto__', services: [{ name: 'y', actions: { a: { name: 'y.a' } } }] });
    await send('INFO', { sender: 'victim', services: [], instanceID: 'other', seq: 99 });
    await send('DISCONNECT', { sender: 'victim' });
    await send('HEARTBEAT', { sender: 'victim', cpu: 'x' });
    await send('EVENT.victim', { event: '$node.disconnected', data: { node: { id: 'victim' } } });
    await send('EVENT.victim', { event: 'a'.repeat(30000), data: 1, groups: ['v'] });
    await send('EVENT.victim', { event: '', data: 1 });
    await send('RES.victim', { id: 'x', success: true });
    await send('PING.victim', { time: 'x' });
    await send('PONG.victim', { time: 1 });
    await sleep(300);
    const t0 = performance.now(); await b.emit('a'.repeat(3000)); console.log('emit long ms', performance.now() - t0);
    await b.emit('toString'); await b.emit('__proto__'); await b.broadcast('constructor');
    const call = b.call('x.a', {}, { timeout: 400 }); call.catch(() => 0);
    await sleep(50);
    const req = got.find((g) => g.startsWith('REQ'))!; const id = JSON.parse(req.slice(4).replace(/,"timeout.*$/, '}').length ? (/"id":"([^"]+)"/.exec(req)![0]).replace(/^/, '{') + '}' : '{}').id;
    await send('RES.victim', `{"ver":"5","sender":"evil","id":"${id}","success":false,"error":{"name":"__proto__","message":{"a":1},"code":{"x":1},"data":{"__proto__":{"z":1}},"stack":5,"type":[]},"meta":{"__proto__":{"q":1}}}`);
    console.log('hostile error', await call.catch((e) => inspect(e).slice(0, 200)));
    console.log('polluted', ({} as any).x, ({} as any).admin, ({} as any).y, ({} as any).z, ({} as any).q);
    for (const g of got.filter((x) => /^(RES|PONG)/.test(x))) console.log(g);
    console.log('events', n, lines.filter((l) => /^(warn|error)/.test(l)));
    console.log('nodes', a.get(ServiceBroker).registry.nodes().map((x) => x.id));
    console.log('local ok', await b.call('v.num', { n: 3 }));
    pub.disconnect(); sub.disconnect(); await a.close();
    console.log('unhandled', unhandled.map(String));
  });
  it('abort listeners', async () => {
    @Service('ab') class AB { @Action() async w(_: any, ctx: Context) { await sleep(5); return ctx.signal.aborted; } @Action() async long(_: any, ctx: Context) { return new Promise((r) => ctx.signal.addEventListener('abort', () => r('x'))); } }
    const a = await app([AB], { transporter: 'memory://ab', nodeID: 'A' }); const c = await app([], { transporter: 'memory://ab', nodeID: 'C' });
    const { getEventListeners } = await import('node:events');
    const ac = new AbortController();
    for (const b of [a.get(ServiceBroker), c.get(ServiceBroker)]) { await Promise.all(Array.from({ length: 50 }, () => b.call('ab.w', {}, { signal: ac.signal }))); }
    console.log('listeners left', getEventListeners(ac.signal, 'abort').length);
    const p = Promise.all([a, c].map((x) => x.get(ServiceBroker).call('ab.long', {}, { signal: ac.signal, timeout: 2000 }).catch((e: any) => e.name + ' ' + e.cause)));
    await sleep(20); ac.abort('why'); console.log(await p);
    console.log(await c.get(ServiceBroker).call('ab.w', {}, { signal: 5 as any }).catch(String));
    console.log(await a.get(ServiceBroker).call('ab.w', {}, { signal: {} as any }).catch(String));
    console.log(await c.get(ServiceBroker).call('ab.w', {}, { signal: {} as any }).catch(String));
    console.log('pending', (c.get(ServiceBroker) as any).parts.requester.pending.size);
    console.log(await c.get(ServiceBroker).call('ab.w', {}, { meta: 5 as any }).catch(String), await c.get(ServiceBroker).call('ab.w', {}, null as any).catch(String), await c.get(ServiceBroker).call('ab.w', {}, { nodeID: 'ZZ' }).catch(String));
    console.log(await c.get(ServiceBroker).call('ab.w', {}, { timeout: 5e9 }).catch(String));
    await sleep(20);
    console.log('unhandled', unhandled.map(String));
    c.get(ServiceBroker).registry; await c.close(); await a.close();
  }, 20000);
});
