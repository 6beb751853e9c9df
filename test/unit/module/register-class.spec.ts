import { Controller, Inject, Module, Scope } from '@nestjs/common';
import { APP_GUARD, REQUEST } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import type { Context } from '../../../lib/context/context.js';
import type { EventMessage } from '../../../lib/context/contract.types.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Event } from '../../../lib/decorators/event.decorator.js';
import { EventStream } from '../../../lib/decorators/event-stream.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';
import * as tokens from '../../../lib/moleculer.tokens.js';
import { eachApp, Greeter, Names } from './register-class.fixture.js';

const { start, home, app } = eachApp();

@Controller()
@Service('greeter')
class GreeterController extends Greeter {}

describe('registerClass', () => {
  it.each([
    ['provider', Greeter, { providers: [Greeter, Names] }],
    ['controller', GreeterController, { controllers: [GreeterController], providers: [Names] }],
  ])('makes a service of a %s of a lazily loaded module, guards and all', async (_, type, metadata) => {
    class Lazy {}
    Module(metadata)(Lazy);
    const { broker, lazy } = await start();
    const greeter = (await lazy(Lazy)).get<Greeter>(type);
    await expect(broker.call('greeter.hello', { name: 'Ada' })).rejects.toMatchObject({ code: 404 });
    const handle = await broker.registerClass(greeter);
    expect(handle).toMatchObject({ name: 'greeter', fullName: 'greeter' });
    expect(await broker.call('greeter.hello', { name: 'Ada' })).toBe('Hello Ada');
    await expect(broker.call('greeter.hello', { name: 'Eve' })).rejects.toMatchObject({ code: 403 });
    expect(broker.registry.announcedInfo().map(({ name }) => name)).toContain('greeter');
  });

  it('and of an instance that ModuleRef.create made', async () => {
    const { broker, create } = await start({ providers: [Names] });
    await broker.registerClass(await create(Greeter), home());
    expect(await broker.call('greeter.hello', { name: 'Ada' })).toBe('Hello Ada');
    await expect(broker.call('greeter.hello', { name: 'Eve' })).rejects.toMatchObject({ code: 403 });
  });

  it('with events, streams, global guards and a version', async () => {
    const heard: unknown[] = [];
    @Service({ name: 'late', version: 2 })
    class Late {
      @EventStream('tick.*') readonly ticks$!: Observable<EventMessage>;
      @Action() go(params: { in?: boolean }) {
        return params.in;
      }
      @Event('made') onMade(payload: unknown) {
        heard.push(payload);
      }
    }
    const guard = { canActivate: (context: any) => context.switchToRpc().getData()?.in === true };
    const { broker, create } = await start({ providers: [{ provide: APP_GUARD, useValue: guard }] });
    const late = await create(Late);
    const handle = await broker.registerClass(late);
    late.ticks$.subscribe(({ event }) => heard.push(event));
    expect(handle).toMatchObject({ version: 2, fullName: 'v2.late' });
    expect(await broker.call('v2.late.go', { in: true })).toBe(true);
    await expect(broker.call('v2.late.go', {})).rejects.toMatchObject({ code: 403 });
    await broker.emit('made', { in: true });
    await broker.emit('tick.one');
    expect(heard).toEqual([{ in: true }, 'tick.one']);
  });

  it('request-scoped classes get an instance for each call', async () => {
    let made = 0;
    @Service({ name: 'scoped', scope: Scope.REQUEST })
    class Scoped {
      constructor(@Inject(REQUEST) private readonly ctx: Context) {
        made++;
      }
      @Action() go() {
        return this.ctx.params;
      }
    }
    @Module({ providers: [Scoped] })
    class Lazy {}
    const { broker, lazy } = await start();
    await broker.registerClass(await (await lazy(Lazy)).resolve(Scoped));
    made = 0;
    expect([await broker.call('scoped.go', 1), await broker.call('scoped.go', 2)]).toEqual([1, 2]);
    expect(made).toBe(2);
  });

  it.each<[how: string, remove: (broker: ServiceBroker, handle: any) => Promise<void>]>([
    ['its handle', (_, handle) => handle.destroy()],
    ['its name', (broker) => broker.destroyService('greeter')],
  ])('is undone with %s, and may be done again', async (_, remove) => {
    const { broker, create } = await start({ providers: [Names] });
    const [ref, greeter] = [home(), await create(Greeter)];
    const first = await broker.registerClass(greeter, ref);
    await remove(broker, first);
    await expect(broker.call('greeter.hello', { name: 'Ada' })).rejects.toMatchObject({ code: 404 });
    expect(broker.registry.announcedInfo().map(({ name }) => name)).not.toContain('greeter');
    await broker.registerClass(greeter, ref);
    // The handle of the first one is not that of the second.
    await first.destroy();
    expect(await broker.call('greeter.hello', { name: 'Ada' })).toBe('Hello Ada');
  });

  it('goes to the broker that @Service names', async () => {
    @Service({ name: 's', broker: 'two' })
    class Second {
      @Action() go() {
        return 2;
      }
    }
    const { broker, create } = await start({ imports: [MoleculerModule.forRoot({ name: 'two' })] });
    const second = await create(Second);
    await expect(broker.registerClass(second)).rejects.toThrow(
      /Second belongs to broker 'two'; the default broker was asked/,
    );
    const two = app().get<ServiceBroker>(tokens.getBrokerToken('two') as string);
    await two.registerClass(second);
    expect(await two.call('s.go')).toBe(2);
    await expect(broker.call('s.go')).rejects.toMatchObject({ code: 404 });
  });
});
