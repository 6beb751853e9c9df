import {
  BadRequestException,
  type CanActivate,
  Catch,
  Controller,
  Injectable,
  UseFilters,
  UseGuards,
  ValidationPipe,
} from '@nestjs/common';
import { BaseRpcExceptionFilter, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { IsInt } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { MoleculerClientError, MoleculerError } from '../../../lib/errors/moleculer.error.js';
import { recordLogs } from '../logs.fixture.js';
import { hybrid } from './apps.fixture.js';
import { failure } from './patterns.fixture.js';

const logs = recordLogs();

describe('errors', () => {
  @Injectable()
  class Never implements CanActivate {
    canActivate(): boolean {
      return false;
    }
  }
  class Age {
    @IsInt() age!: number;
  }
  class Special extends Error {}
  @Catch(Special)
  class Inheriting extends BaseRpcExceptionFilter {
    override catch(exception: Special, host: never) {
      exception.message += ', seen by the filter';
      return super.catch(exception, host);
    }
  }
  @Controller()
  class Failing {
    @MessagePattern('f.plain') plain(): never {
      throw Object.assign(new RangeError('out of range'), { code: 416 });
    }
    @MessagePattern('f.own') own(): never {
      throw new MoleculerClientError('no', 418, 'TEAPOT', { pot: 1 });
    }
    @MessagePattern('f.rpc-text') rpcText(): never {
      throw new RpcException('invalid credentials');
    }
    @MessagePattern('f.rpc-error') rpcError(): never {
      throw new RpcException(new MoleculerClientError('inner', 409, 'INNER'));
    }
    @MessagePattern('f.http') http(): never {
      throw new BadRequestException('bad');
    }
    @UseGuards(Never) @MessagePattern('f.guarded') guarded(): void {}
    @MessagePattern('f.piped') piped(@Payload(new ValidationPipe()) age: Age): Age {
      return age;
    }
    @UseFilters(new Inheriting()) @MessagePattern('f.inherited') inherited(): never {
      throw new Special('special');
    }
  }

  it('reach the caller as what they are', async () => {
    const { broker } = await hybrid([Failing]);
    const plain = await failure(broker, 'f.plain');
    expect(plain).toBeInstanceOf(RangeError);
    expect(plain).toMatchObject({ message: 'out of range', code: 416 });
    expect(await failure(broker, 'f.own')).toMatchObject({ code: 418, type: 'TEAPOT', data: { pot: 1 } });
    expect(await failure(broker, 'f.inherited')).toMatchObject({ message: 'special, seen by the filter' });
  });

  it.each([
    ['f.rpc-text', 'invalid credentials', 500, undefined],
    ['f.rpc-error', 'inner', 409, 'INNER'],
    ['f.http', 'bad', 400, 'BAD_REQUEST'],
    ['f.guarded', 'Forbidden resource', 403, 'FORBIDDEN'],
    ['f.piped', 'Bad Request Exception', 400, 'BAD_REQUEST'],
  ])('of Nest become MoleculerErrors: %s', async (action, message, code, type) => {
    const { broker } = await hybrid([Failing]);
    const error = await failure(broker, action, { age: 'x' });
    expect(error).toBeInstanceOf(MoleculerError);
    expect(error).toMatchObject({ message, code, type });
    if (action === 'f.piped') expect(error.data.message).toEqual(['age must be an integer number']);
  });

  it('are logged once where nobody expected them, and not where they are the caller’s', async () => {
    const { broker } = await hybrid([Failing]);
    await failure(broker, 'f.own');
    await failure(broker, 'f.http');
    expect(logs.texts('error')).toEqual([]);
    await failure(broker, 'f.plain');
    expect(logs.texts('error')).toEqual([expect.stringMatching(/Action 'f\.plain' failed.*out of range/)]);
  });

  it('of other transports stay Nest’s matter', async () => {
    await hybrid([Failing]);
    const filter = new BaseRpcExceptionFilter();
    const host = { getArgByIndex: () => ({}) } as never;
    const error = await new Promise((resolve) =>
      filter.catch(new Error('secret'), host).subscribe({ error: resolve }),
    );
    expect(error).toEqual({ status: 'error', message: 'Internal server error' });
  });
});
