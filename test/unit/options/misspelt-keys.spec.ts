import { Test } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Event } from '../../../lib/decorators/event.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';
import {
  checkActionOptions,
  checkEventOptions,
  checkServiceOptions,
} from '../../../lib/options/handler-options.js';

const told = (check: typeof checkActionOptions, key: string): string[] => {
  const texts: string[] = [];
  check('Users.get', { [key]: 1 }, (text) => texts.push(text));
  return texts;
};

describe('a key that is spelt nearly like an option', () => {
  it.each([
    [checkActionOptions, 'parms', 'params'],
    [checkActionOptions, 'Params', 'params'],
    [checkActionOptions, 'timout', 'timeout'],
    [checkActionOptions, 'visiblity', 'visibility'],
    [checkActionOptions, 'strategyOption', 'strategyOptions'],
    [checkActionOptions, 'Rest', 'rest'],
    [checkEventOptions, 'groups', 'group'],
    [checkEventOptions, 'throtle', 'throttle'],
    [checkServiceOptions, 'verson', 'version'],
    [checkServiceOptions, 'dependecies', 'dependencies'],
  ])('is told of, with what was perhaps meant: %# %s', (check, key, meant) => {
    expect(told(check, key)).toEqual([
      `Users.get: '${key}' is no option; did you mean '${meant}'? It is announced to other nodes and has no effect.`,
    ]);
  });

  it('is no key of one’s own, nor an option', () => {
    for (const key of [
      'test',
      'role',
      'roles',
      'auth',
      'open',
      'description',
      'tags',
      'deprecated',
      'gateway',
    ]) {
      expect(told(checkActionOptions, key), key).toEqual([]);
      expect(told(checkServiceOptions, key), key).toEqual([]);
    }
    expect(told(checkServiceOptions, 'scope')).toEqual([]);
    expect(told(checkServiceOptions, 'durable')).toEqual([]);
  });

  it('is a warning when the app starts, one for each place', async () => {
    // As from a file of JavaScript: the compiler would say the same.
    const extra: object = { parms: { id: 'string' } };
    const misspeltGroup: object = { gruop: 'a' };
    const misspelt = { name: 'users', verson: 2 };
    @Service(misspelt)
    class Users {
      @Action(extra) get() {}
      @Event('user.*', misspeltGroup) on() {}
    }
    const warnings: string[] = [];
    const none = () => undefined;
    const logger = { log: none, error: none, debug: none, warn: (text: string) => warnings.push(text) };
    const module = await Test.createTestingModule({
      imports: [MoleculerModule.forRoot(), MoleculerModule.forRoot({ name: 'other' })],
      providers: [Users],
    })
      .setLogger(logger)
      .compile();
    await module.init();
    expect(warnings).toHaveLength(3);
    expect(warnings.join('\n')).toMatch(/Users: 'verson'[^]*Users\.get: 'parms'[^]*Users\.on: 'gruop'/);

    const broker = module.get(ServiceBroker);
    await broker.createService({ name: 'late', actions: { go: { timout: 5, handler: () => 1 } } });
    expect(warnings.at(-1)).toMatch(/service 'late', action 'go': 'timout' is no option.*'timeout'/);
    await module.close();
  });
});

it('hooks of an action are refused: they would be checks that nobody makes', () => {
  expect(() => checkActionOptions('Users.get', { hooks: { before: 'check' } }, () => undefined)).toThrow(
    /Users\.get: 'hooks' is not built yet\. Use guards and interceptors/,
  );
});
