import { ValidationPipe } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { type } from 'arktype';
import { IsInt, IsString } from 'class-validator';
import * as v from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import type { ParamsOf } from '../../../lib/context/contract.types.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Event } from '../../../lib/decorators/event.decorator.js';
import { Params } from '../../../lib/decorators/params.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { ServiceSchemaError } from '../../../lib/errors/service.error.js';
import { ValidationError } from '../../../lib/errors/validation.error.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';
import type { MoleculerModuleOptions } from '../../../lib/options/moleculer-module-options.interface.js';
import { FastestValidator } from '../../../lib/validators/fastest.validator.js';
import { Validator } from '../../../lib/validators/validator.js';

const apps: TestingModule[] = [];
let lines: string[] = [];
const silent = () => undefined;
const logger = { log: silent, warn: silent, error: (text: unknown) => void lines.push(String(text)) };
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  lines = [];
});

let clusters = 0;
async function start(providers: any[], options: MoleculerModuleOptions = {}): Promise<ServiceBroker> {
  const imports = [MoleculerModule.forRoot({ registry: { stopDelay: 0 }, ...options })];
  const app = await Test.createTestingModule({ imports, providers }).setLogger(logger).compile();
  try {
    await app.init();
  } catch (error) {
    await app.close().catch(silent);
    throw error;
  }
  apps.push(app);
  return app.get(ServiceBroker);
}

/** A node with these, and another that calls them. */
async function pair(...providers: any[]) {
  const transporter = `memory://validation-${++clusters}`;
  const own = await start(providers, { transporter, nodeID: 'own' });
  const other = await start([], { transporter, nodeID: 'other' });
  await other.waitForServices('items');
  return { own, other };
}

const zod = z.object({ n: z.int(), page: z.number().default(1) });
const valibot = v.object({ n: v.pipe(v.number(), v.integer()), page: v.optional(v.number(), 1) });
const arktype = type({ n: 'number.integer', page: 'number = 1' });
class Dto {
  @IsInt() n!: number;
  @IsInt() page = 1;
}
const heard: unknown[] = [];

@Service('items')
class Items {
  @Action({ params: { n: 'number|integer', page: { type: 'number', default: 1 } } })
  fastest(params: { n: number; page: number }) {
    return params;
  }
  @Action({ params: zod }) zod(params: ParamsOf<typeof zod>) {
    return params;
  }
  @Action({ params: valibot }) valibot(@Params() params: ParamsOf<typeof valibot>) {
    return params;
  }
  @Action({ params: arktype }) arktype(@Params('n') n: number, @Params('page') page: number) {
    return { n, page };
  }
  @Action({ params: Dto }) dto(params: Dto) {
    return params instanceof Dto ? params : null;
  }
  @Action({ returns: z.object({ n: z.number() }) }) result(params: { n: any }) {
    return { n: params.n, secret: 'x' };
  }
  @Event('item.zod', { params: zod }) onZod(payload: ParamsOf<typeof zod>) {
    heard.push(payload);
  }
  @Event('item.dto', { params: Dto }) onDto(payload: Dto) {
    heard.push(payload instanceof Dto);
  }
}

const DOORS = ['fastest', 'zod', 'valibot', 'arktype', 'dto'];

describe.each(['own', 'other'] as const)('called by its %s node, an action', (who) => {
  it.each(DOORS)('checked by %s gets what the validator makes of its params', async (door) => {
    const brokers = await pair(Items);
    expect(await brokers[who].call(`items.${door}`, { n: 5 })).toEqual({ n: 5, page: 1 });
  });

  it.each(DOORS)('checked by %s refuses with the one error', async (door) => {
    const brokers = await pair(Items);
    const error: any = await brokers[who].call(`items.${door}`, { n: 1.5 }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ code: 422, type: 'VALIDATION_ERROR', retryable: false });
    expect(error.data).toEqual([
      expect.objectContaining({
        type: expect.any(String),
        message: expect.any(String),
        field: 'n',
        action: `items.${door}`,
        nodeID: who,
      }),
    ]);
    expect(lines).toEqual([]);
    const missing: any = await brokers[who].call(`items.${door}`).catch((thrown) => thrown);
    expect(missing.data).toMatchObject([{ type: 'required', field: 'n' }]);
  });

  it('whose result does not fit says so, and where it runs it is logged', async () => {
    const brokers = await pair(Items);
    expect(await brokers[who].call('items.result', { n: 1 })).toEqual({ n: 1 });
    await expect(brokers[who].call('items.result', { n: 'one' })).rejects.toMatchObject({
      name: 'ValidationError',
      code: 422,
      type: 'RESULT_VALIDATION_ERROR',
      data: [{ field: 'n', actual: 'one' }],
    });
    expect(lines).toEqual([expect.stringMatching(/^Action 'items\.result' returned what its 'returns'/)]);
  });
});

it('an event is checked as an action is', async () => {
  const { own, other } = await pair(Items);
  heard.length = 0;
  const failures: any[] = [];
  own.errors$.subscribe((failure) => failures.push(failure));
  await own.emit('item.zod', { n: 1 });
  await own.emit('item.dto', { n: 1 });
  await own.emit('item.zod', { n: 'x' });
  await own.emit('item.dto', {});
  expect(heard).toEqual([{ n: 1, page: 1 }, true]);
  expect(failures.map(({ error }) => [error.code, error.data[0].field, error.data[0].event])).toEqual([
    [422, 'n', 'item.zod'],
    [422, 'n', 'item.dto'],
  ]);
  expect(other.nodeID).toBe('other');
});

it('other nodes are told of all kinds in a form that they can read', async () => {
  const { other } = await pair(Items);
  const actions = new Map(
    other.registry.actions({ withEndpoints: false } as never).map(({ name, action }: any) => [name, action]),
  );
  for (const door of ['zod', 'valibot', 'arktype']) {
    const { params, jsonSchema } = actions.get(`items.${door}`);
    expect(params, door).toMatchObject({
      n: { type: 'number', integer: true },
      page: { type: 'number', optional: true },
    });
    expect(jsonSchema.params).toMatchObject({ type: 'object', required: ['n'] });
  }
  expect(actions.get('items.dto').params).toMatchObject({ n: { type: 'number', integer: true } });
  expect(actions.get('items.fastest').params).toEqual({
    n: 'number|integer',
    page: { type: 'number', default: 1 },
  });
  expect(actions.get('items.result')).toMatchObject({
    returns: { n: { type: 'number' } },
    jsonSchema: { returns: { type: 'object', required: ['n'] } },
  });
});

describe('the module’s options', () => {
  class Rows {
    @Action({ params: Dto }) dto(params: Dto) {
      return params;
    }
    @Action({ returns: { n: 'number' } }) result() {
      return { n: 'x' };
    }
  }

  it('are those of the pipe for classes', async () => {
    const broker = await start([Rows], { validationPipe: { whitelist: true } });
    expect(await broker.call('rows.dto', { n: 1, more: 1 })).toEqual({ n: 1, page: 1 });
  });

  it.each([
    ['throw', 'RESULT_VALIDATION_ERROR', 1],
    ['log', { n: 'x' }, 1],
    ['off', { n: 'x' }, 0],
  ] as const)('validateReturns: %s', async (validateReturns, expected, logged) => {
    const broker = await start([Rows], { validateReturns });
    expect(await broker.call('rows.result').catch((error) => error.type)).toEqual(expected);
    expect(lines).toHaveLength(logged);
  });

  it('validator: false checks nothing, of whatever kind', async () => {
    const broker = await start([Items, Rows], { validator: false });
    for (const door of ['fastest', 'zod', 'valibot', 'arktype']) {
      expect(await broker.call(`items.${door}`, { n: 'x', page: 0 })).toEqual({ n: 'x', page: 0 });
    }
    expect(await broker.call('rows.result')).toEqual({ n: 'x' });
  });
});

describe('a validator of one’s own', () => {
  const SHOUT = { shout: true };
  class Loud {
    @Action({ params: SHOUT as object as { shout: true } }) say(params: string) {
      return params;
    }
    @Action({ params: zod }) zod(params: ParamsOf<typeof zod>) {
      return params;
    }
  }

  it('that can do more than compile is asked for its own schemas and hands on the others', async () => {
    class Own extends FastestValidator {
      override compile(schema: unknown) {
        return schema === SHOUT ? (params: unknown) => String(params).toUpperCase() : super.compile(schema);
      }
    }
    const broker = await start([Loud], { validator: Own });
    expect(await broker.call('loud.say', 'hi')).toBe('HI');
    expect(await broker.call('loud.zod', { n: 1 })).toEqual({ n: 1, page: 1 });
  });

  it('may be an object with nothing but compile', async () => {
    const validator = { compile: () => () => 'checked' } as unknown as Validator;
    class Results {
      @Action({ returns: { n: 'number' } }) go() {
        return 1;
      }
    }
    const broker = await start([Loud, Results], { validator });
    expect(await broker.call('loud.say', 'hi')).toBe('checked');
    expect(await broker.call('results.go')).toBe('checked');
  });
});

it('a global ValidationPipe of the app and a class as a schema go together', async () => {
  const providers = [
    Items,
    { provide: APP_PIPE, useValue: new ValidationPipe({ transform: true, whitelist: true }) },
  ];
  const broker = await start(providers);
  expect(await broker.call('items.dto', { n: 5, more: 1 })).toEqual({ n: 5, page: 1 });
  await expect(broker.call('items.dto', { n: 'x' })).rejects.toMatchObject({ code: 422 });
});

it('services made at run time may have schemas of all kinds', async () => {
  const broker = await start([]);
  await broker.createService({
    name: 'made',
    actions: {
      zod: { params: zod, handler: ({ params }) => params },
      dto: { params: Dto, returns: z.boolean(), handler: ({ params }) => params instanceof Dto },
    },
    events: { 'made.heard': { params: zod, handler: ({ params }) => void heard.push(params) } },
  });
  heard.length = 0;
  await broker.emit('made.heard', { n: 3 });
  expect([await broker.call('made.zod', { n: 1 }), await broker.call('made.dto', { n: 1 }), heard]).toEqual([
    { n: 1, page: 1 },
    true,
    [{ n: 3, page: 1 }],
  ]);
  await expect(broker.call('made.zod', {})).rejects.toMatchObject({ code: 422 });
});

it('a class without rules is an error at start that says where', async () => {
  class Bare {
    @IsString() static never: string;
    n!: number;
  }
  class Rows {
    @Action({ params: Bare }) go(params: Bare) {
      return params;
    }
  }
  const failed = start([Rows]);
  await expect(failed).rejects.toThrow(ServiceSchemaError);
  await expect(failed).rejects.toThrow(/Rows\.go.*class Bare has no decorators of class-validator/);
});
