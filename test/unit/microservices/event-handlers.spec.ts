import { Controller } from '@nestjs/common';
import { Ctx, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { finalize, tap, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Context } from '../../../lib/context/context.js';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import { recordLogs } from '../logs.fixture.js';
import { hybrid } from './apps.fixture.js';
import { OnEvent } from './patterns.fixture.js';

const logs = recordLogs();

describe('events', () => {
  const heard: string[] = [];
  @Controller()
  class Listening {
    @MessagePattern('mail.send') send(): void {}
    @OnEvent('user.created') created(@Payload('id') id: number, @Ctx() ctx: Context): void {
      heard.push(`created ${id} ${ctx.eventName}`);
    }
    @OnEvent('user.*') any(): void {
      heard.push('any');
    }
    @OnEvent('user.created', { group: 'audit' }) audit(): void {
      heard.push('audit');
    }
    @OnEvent({ event: 'object' }) object(): void {
      heard.push('object');
    }
  }
  @Controller()
  class Broken {
    @OnEvent('user.created') async first(): Promise<never> {
      heard.push('first');
      throw new Error('first failed');
    }
    @OnEvent('user.created') second(): unknown {
      heard.push('second');
      throw new RpcException('second failed');
    }
  }
  const groups = (broker: ServiceBroker) =>
    broker.registry
      .events({ onlyLocal: true, skipInternal: true })
      .map(({ name, group }) => `${name} ${group}`)
      .sort();

  it('are heard by the group of the application, or of the handler', async () => {
    heard.length = 0;
    const { broker } = await hybrid([Listening]);
    expect(groups(broker)).toEqual(
      ['user.* mail', 'user.created audit', 'user.created mail', '{"event":"object"} mail'].sort(),
    );
    await broker.emit('user.created', { id: 7 });
    expect(heard.sort()).toEqual(['any', 'audit', 'created 7 user.created']);
    heard.length = 0;
    await broker.emit('user.created', { id: 8 }, { groups: 'audit' });
    await broker.emit('{"event":"object"}', {});
    expect(heard).toEqual(['audit', 'object']);
  });

  it('may have the group named for all', async () => {
    const { broker } = await hybrid([Broken], { server: { group: 'post' } });
    expect(groups(broker)).toEqual(['user.created post']);
  });

  it('reach all handlers though one fails, and each failure is logged', async () => {
    heard.length = 0;
    const { broker } = await hybrid([Listening, Broken]);
    await broker.emit('user.created', { id: 1 });
    expect(heard.sort()).toEqual(['any', 'audit', 'created 1 user.created', 'first', 'second']);
    const [line, ...more] = logs.texts('error');
    expect(more).toEqual([]);
    expect(line).toMatch(/user\.created.*2 handlers.*first failed; second failed/);
  });

  it('reach all handlers, whose Observables run to their end, though one fails to clean up', async () => {
    const ran: string[] = [];
    const untidy = (name: string) =>
      timer(1).pipe(
        tap(() => ran.push(name)),
        finalize(() => {
          throw new Error(`${name} is untidy`);
        }),
      );
    @Controller()
    class Untidy {
      @OnEvent('user.created') first(): unknown {
        return untidy('first');
      }
      @OnEvent('user.created') second(): unknown {
        return untidy('second');
      }
    }
    const { broker } = await hybrid([Untidy], { server: { group: 'mail' } });
    await broker.emit('user.created', { id: 1 });
    expect(ran.sort()).toEqual(['first', 'second']);
    expect(logs.texts('error').join()).toMatch(/first is untidy; second is untidy/);
  });

  it('of the broker itself are heard, too', async () => {
    const started: unknown[] = [];
    @Controller()
    class Started {
      @OnEvent('$broker.started') started(): void {
        started.push('started');
      }
    }
    await hybrid([Started], { server: { group: 'any' } });
    expect(started).toEqual(['started']);
  });
});
