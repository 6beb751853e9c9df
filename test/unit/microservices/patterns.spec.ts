import { Controller, type Type } from '@nestjs/common';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { describe, expect, it } from 'vitest';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { RequestTimeoutError } from '../../../lib/errors/request.error.js';
import { ServiceNotFoundError, ServiceSchemaError } from '../../../lib/errors/service.error.js';
import { ValidationError } from '../../../lib/errors/validation.error.js';
import { MOLECULER_TRANSPORT } from '../../../lib/microservices/moleculer.server.js';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import { recordLogs } from '../logs.fixture.js';
import { hybrid } from './apps.fixture.js';
import { failure, OnEvent } from './patterns.fixture.js';

const logs = recordLogs();

const actionNames = (broker: ServiceBroker) =>
  broker.registry
    .actions({ onlyLocal: true, skipInternal: true })
    .map(({ name }) => name)
    .sort();

describe('patterns', () => {
  @Controller()
  class Many {
    @MessagePattern('users.get') get(): string {
      return 'get';
    }
    @MessagePattern('v2.users.get') newer(): string {
      return 'newer';
    }
    @MessagePattern('ping') ping(): string {
      return 'pong';
    }
    @MessagePattern(7) seven(): string {
      return 'seven';
    }
    @MessagePattern({ role: 'math', cmd: 'sum' }) sum(): string {
      return 'sum';
    }
    @MessagePattern('only.here', MOLECULER_TRANSPORT) here(): string {
      return 'here';
    }
    @MessagePattern('only.elsewhere', Transport.NATS) elsewhere(): string {
      return 'elsewhere';
    }
  }

  it('are the names of actions; objects as Nest writes them, whatever the order of keys', async () => {
    const { broker } = await hybrid([Many]);
    expect(actionNames(broker)).toEqual(
      ['7', 'only.here', 'ping', 'users.get', 'v2.users.get', '{"cmd":"sum","role":"math"}'].sort(),
    );
    for (const [name, answer] of [
      ['users.get', 'get'],
      ['ping', 'pong'],
      ['7', 'seven'],
      ['{"cmd":"sum","role":"math"}', 'sum'],
    ]) {
      expect(await broker.call<unknown>(name)).toBe(answer);
    }
  });

  it('belong to a service: what is before the last dot, else the whole', async () => {
    const { broker } = await hybrid([Many]);
    const services = broker.registry.services({ onlyLocal: true, skipInternal: true });
    expect(services.map(({ fullName }) => fullName).sort()).toEqual(
      ['7', 'only', 'ping', 'users', 'v2.users', '{"cmd":"sum","role":"math"}'].sort(),
    );
    await broker.waitForServices(['users', 'v2.users', 'ping'], 1);
  });

  it('may bring options of the action', async () => {
    @Controller()
    class Optioned {
      @MessagePattern('o.slow', { timeout: 20 }) slow(): Promise<never> {
        return new Promise(() => undefined);
      }
      @MessagePattern('o.checked', { params: { n: 'number' } }) checked(@Payload('n') n: number): number {
        return n;
      }
      @MessagePattern('o.hidden', { visibility: 'private', timeuot: 1 }) hidden(): void {}
    }
    const { broker } = await hybrid([Optioned]);
    expect(logs.texts('warn')).toEqual([expect.stringMatching(/o\.hidden.*timeuot.*timeout/)]);
    expect(await failure(broker, 'o.slow')).toBeInstanceOf(RequestTimeoutError);
    expect(await broker.call<unknown>('o.checked', { n: 1 })).toBe(1);
    expect(await failure(broker, 'o.checked', { n: 'x' })).toBeInstanceOf(ValidationError);
    expect(await failure(broker, 'o.hidden')).toBeInstanceOf(ServiceNotFoundError);
  });

  const refused = async (type: Type, server?: { group?: string }): Promise<any> =>
    hybrid([type], { server }).then(
      () => expect.unreachable('started'),
      (error: unknown) => error,
    );

  it('that cannot be actions are a start error', async () => {
    @Controller()
    class Wild {
      @MessagePattern('users.*') all(): void {}
    }
    @Controller()
    class Twice {
      @MessagePattern('a.b') one(): void {}
      @MessagePattern('a.b') two(): void {}
    }
    @Controller()
    class Empty {
      @MessagePattern('') nothing(): void {}
    }
    @Controller()
    class Wrong {
      @MessagePattern('a.b', { timeout: 'soon' }) soon(): void {}
    }
    for (const [type, text] of [
      [Wild, /users\.\*.*one action/],
      [Twice, /'a\.b' is defined twice/],
      [Empty, /must not be empty/],
      [Wrong, /timeout/],
    ] as const) {
      const error = await refused(type);
      expect(error).toBeInstanceOf(ServiceSchemaError);
      expect(error.message).toMatch(text);
    }
  });

  it('of an event alone need a group', async () => {
    @Controller()
    class Events {
      @OnEvent('user.created') created(): void {}
    }
    @Controller()
    class Blank {
      @OnEvent('user.created', { group: ' ' }) created(): void {}
    }
    expect((await refused(Events)).message).toMatch(/user\.created.*\{ group: 'mail' \}/);
    expect((await refused(Blank, { group: 'mail' })).message).toMatch(/must be a text/);
  });

  it('and a class with @Service may not share a service', async () => {
    @Service('users')
    class Users {
      @Action() list(): void {}
    }
    const error = await hybrid([Many], { providers: [Users] }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ServiceSchemaError);
    expect((error as Error).message).toMatch(/Service 'users' exists/);
  });
});
