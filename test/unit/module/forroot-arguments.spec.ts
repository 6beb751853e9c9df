import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { beforeAll, expect, it } from 'vitest';
import { BrokerOptionsError } from '../../../lib/errors/broker.error.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';

beforeAll(() => Logger.overrideLogger(false));

it('a factory that returns nothing is refused as well', async () => {
  const forgot = MoleculerModule.forRootAsync({ useFactory: () => undefined as never });
  await expect(Test.createTestingModule({ imports: [forgot] }).compile()).rejects.toThrow(
    'expected an object',
  );
});

it.each([[null], [[]], ['redis://localhost'], [5]])(
  'forRoot(%j) is refused like any wrong option',
  async (wrong) => {
    const app = Test.createTestingModule({ imports: [MoleculerModule.forRoot(wrong as never)] }).compile();
    await expect(app).rejects.toBeInstanceOf(BrokerOptionsError);
    await expect(app).rejects.toThrow('expected an object');
  },
);

it.each([
  [undefined],
  [null],
  [5],
  [{}],
  [{ useFactory: { transporter: null } }],
  [{ inject: [] }],
  [{ useFactory: () => ({}), useClass: Object }],
])('forRootAsync(%j) is refused, naming what it takes', (wrong) => {
  const call = () => MoleculerModule.forRootAsync(wrong as never);
  expect(call).toThrow(BrokerOptionsError);
  expect(call).toThrow('one of { useFactory, inject? }, { useClass } and { useExisting }');
});

it.each([['no'], [1], [null]])('isGlobal: %j is refused', (isGlobal) => {
  for (const options of [{ isGlobal }, { isGlobal, useFactory: () => ({}) }] as never[]) {
    const make = () =>
      'useFactory' in options ? MoleculerModule.forRootAsync(options) : MoleculerModule.forRoot(options);
    expect(make).toThrow(BrokerOptionsError);
    expect(make).toThrow("'isGlobal'");
  }
});
