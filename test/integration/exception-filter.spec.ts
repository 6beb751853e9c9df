import { Controller, Get, type INestApplication, Logger, Module, Param } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Action,
  MoleculerClientError,
  MoleculerError,
  MoleculerExceptionFilter,
  MoleculerModule,
  Service,
  ServiceBroker,
} from 'nestjs-moleculer';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

@Service('things')
class ThingsService {
  @Action() refuse() {
    throw new MoleculerClientError('no more tea', 418, 'TEAPOT', { cups: 0 });
  }

  @Action({ params: { id: 'number' } }) checked() {
    return 'fine';
  }

  @Action() broken() {
    throw new MoleculerError('secret of the house', 500, 'BROKEN', { secret: true });
  }

  @Action() foreign() {
    // As an error comes from another node whose class is not known here.
    return Promise.reject(
      Object.assign(new Error('no such user'), {
        name: 'UserMissing',
        nodeID: 'other-node',
        code: 404,
        type: 'USER_MISSING',
        data: { id: 5 },
      }),
    );
  }

  @Action({ timeout: 30 }) async slow() {
    await sleep(300);
  }
}

@Controller()
class GatewayController {
  constructor(private readonly broker: ServiceBroker) {}

  @Get(':action') call(@Param('action') action: string): Promise<unknown> {
    return this.broker.call(`things.${action}`);
  }
}

@Module({
  imports: [MoleculerModule.forRoot()],
  controllers: [GatewayController],
  providers: [ThingsService, { provide: APP_FILTER, useClass: MoleculerExceptionFilter }],
})
class AppModule {}

let app: INestApplication;
let url: string;
const logged = vi.fn();

beforeAll(async () => {
  Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error: logged });
  app = (await Test.createTestingModule({ imports: [AppModule] }).compile()).createNestApplication({
    logger: false,
  });
  Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error: logged });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});

afterAll(() => app.close());

it.each([
  ['refuse', 418, { statusCode: 418, message: 'no more tea', type: 'TEAPOT', data: { cups: 0 } }],
  ['foreign', 404, { statusCode: 404, message: 'no such user', type: 'USER_MISSING', data: { id: 5 } }],
  ['checked', 422, { statusCode: 422, message: 'Parameters validation error!', type: 'VALIDATION_ERROR' }],
  ['missing', 503, { statusCode: 503, message: 'Service unavailable' }],
  ['slow', 504, { statusCode: 504, message: 'The request timed out' }],
  ['broken', 500, { statusCode: 500, message: 'Internal server error' }],
])('answers a failed call of %s with %i', async (action, status, body) => {
  const response = await fetch(`${url}/${action}`);
  expect(response.status).toBe(status);
  const answer = (await response.json()) as object;
  expect(answer).toMatchObject(body);
  if (status >= 500) expect(Object.keys(answer)).toEqual(['statusCode', 'message']);
  expect(JSON.stringify(answer)).not.toContain('nodeID');
});

it('logs what it hides from the client', async () => {
  logged.mockClear();
  await fetch(`${url}/broken`);
  expect(logged.mock.calls.some(([text]) => String(text).includes('secret of the house'))).toBe(true);
});
