import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { afterEach } from 'vitest';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';

/** Starts applications for tests, each closed after its test. */
export function eachApp() {
  let app: TestingModule | undefined;
  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  return async (
    metadata: Parameters<typeof Test.createTestingModule>[0],
    change?: (b: any) => any,
  ): Promise<TestingModule> => {
    const builder = Test.createTestingModule(metadata).setLogger(false as never);
    const compiled: TestingModule = await (change?.(builder) ?? builder).compile();
    try {
      await compiled.init();
    } catch (error) {
      // Nest 11 gives the error of a failed start again when it is closed.
      await compiled.close().catch(() => undefined);
      throw error;
    }
    return (app = compiled);
  };
}

@Service('greeter')
export class Greeter {
  @Action() hello(params: { name: string }) {
    return `Hello ${params.name}`;
  }
}

@Module({ providers: [{ provide: 'id', useValue: 'by-factory' }], exports: ['id'] })
export class IdModule {}
