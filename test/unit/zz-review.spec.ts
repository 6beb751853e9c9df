import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import { it, describe } from 'vitest';
import { MoleculerModule, ServiceBroker, Service, Action, Event, Context, Registry } from '../../lib/index.js';
import { startPeer } from '../support/peer.js';
const lines: string[] = [];
const logs = Object.fromEntries(['log','warn','error','debug','verbose','fatal'].map((k) => [k, (...a: unknown[]) => lines.push(k + ' ' + a.map(String).join(' | ').slice(0, 200))]));
const unhandled: unknown[] = [];
process.on('unhandledRejection', (e) => unhandled.push(e));
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));
async function app(providers: any[], opts: any = {}) {
  const ref = await Test.createTestingModule({ imports: [MoleculerModule.forRoot({ transporter: null, ...opts })], providers }).compile();
  ref.useLogger(logs as any); await ref.init(); return ref;
}
describe('p4', () => {
  it('bad metadata', async () => {
    lines.length = 0;
    const circ: any = {}; circ.self = circ;
    for (const metadata of [{ f: 1n }, circ]) {
      const t = Date.now();
      const a = await app([], { transporter: 'memory://bm' + t, metadata, transit: { connectTimeout: 700 } }).catch((e) => { console.log('start error', String(e)); return null; });
      console.log('ms', Date.now() - t, lines.filter((l) => /^(warn|error)/.test(l))); lines.length = 0;
      await a?.close();
    }
  });
  it('runtime services', async () => {
    const a = await app([]); const b = a.get(ServiceBroker);
    let starts = 0, stops = 0;
    const schema = () => ({ name: 'two', actions: { x: () => 1 }, async started() { starts++; await sleep(20); }, stopped() { stops++; } });
    const r = await Promise.allSettled([b.createService(schema()), b.createService(schema())]);
    console.log(r.map((x) => x.status + ' ' + ((x as any).reason ?? '')), { starts, stops });
    await b.destroyService('two').catch(String);
    console.log({ starts, stops }, await b.call('two.x').catch((e) => e.name));
    const bad = await b.createService({ name: 'z', started() { throw new Error('no'); }, actions: { q: () => 1 } }).catch(String);
    console.log(bad, await b.call('z.q').catch((e) => e.name));
    console.log(await b.createService({ name: 'ev', events: { 'a.*'(this: any, ctx: Context) { return ctx.params; } }, actions: { 'x y': { params: { a: 'number' }, handler: (ctx: Context) => ctx.params } } }).then((h) => h.fullName, String));
    console.log(await b.createService({ name: 'dd', dependencies: ['dd'], actions: { a: () => 1 } }).then((h) => h.fullName, String));
    console.log(await b.createService({ name: 'mm', mixins: [] } as any).then((h) => h.fullName, String), await b.createService(null as any).then((h) => h.fullName, String), await b.createService({ name: 'sv', actions: { a: 'x' as any } }).then((h) => h.fullName, String));
    await a.close();
  });
  it('local signal/timeouts in events, deep nest', async () => {
    @Service('n') class N { @Action() async deep({ d }: any, ctx: Context): Promise<number> { return d === 0 ? ctx.level : ctx.call<number>('n.deep', { d: d - 1 }); } @Action() same(p: any) { p.x = 2; return p; } }
    const a = await app([N]); const b = a.get(ServiceBroker);
    console.log('deep', await b.call('n.deep', { d: 2000 }).catch((e) => String(e)));
    const p = { x: 1 }; await b.call('n.same', p); console.log('shared', p.x);
    await a.close();
    const c = await app([N], { maxCallLevel: 5, contextParamsCloning: true }); console.log(await c.get(ServiceBroker).call('n.deep', { d: 10 }).catch(String)); 
    console.log('clone fn', await c.get(ServiceBroker).call('n.same', { f: () => 1 }).catch(String));
    await c.close();
  });
  it('peer: abort, kill in flight, foreign custom 404', async () => {
    const ns = 'revp' + process.pid;
    const url = 'redis://127.0.0.1:6379';
    const peer = await startPeer({ version: 15, nodeID: 'js', url, namespace: ns } as any);
    @Service('ours') class O { @Action() boom() { throw Object.assign(new Error('x'), { code: 'ENOENT' }); } @Action() big() { return 'x'.repeat(3_000_000); } }
    const a = await app([O], { transporter: url, namespace: ns, nodeID: 'us' }); const b = a.get(ServiceBroker);
    console.log(b.registry.services().map((s) => s.name));
    const t = Date.now();
    console.log(await Promise.all(Array.from({ length: 300 }, () => b.call('math.add', { a: 1, b: 2 }))).then((x) => x.length, String), Date.now() - t);
    await (peer as any).stop?.(); await a.close(); console.log(unhandled.map(String));
  }, 30000);
});
