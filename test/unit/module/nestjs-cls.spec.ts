import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { ClsService } from 'nestjs-cls';
import { Action, Context, currentContext, Event, Service, ServiceBroker } from 'nestjs-moleculer';
import { afterEach, describe, expect, it } from 'vitest';
import { AppModule, Audit } from '../../support/cls-recipe.js';

let app: TestingModule | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

const notes: string[] = [];

@Service('orders')
class Orders {
  constructor(
    private readonly audit: Audit,
    private readonly broker: ServiceBroker,
    private readonly cls: ClsService,
  ) {}

  @Action() async make(params: { turns?: number }) {
    for (let i = 0; i < (params.turns ?? 0); i++) await turn();
    const before = this.audit.note('makes');
    const paid = await this.broker.call<string>('orders.pay', {});
    const forged = await this.broker.call<string>('orders.pay', {}, { parentCtx: null });
    await this.broker.emit('order.made');
    return [before, paid, forged, this.audit.note('made'), currentContext()?.action?.name];
  }

  @Action() async pay(_params: object, ctx: Context) {
    await turn();
    return `${this.audit.note('pays')} at ${ctx.level}`;
  }

  @Event('order.made') hear() {
    notes.push(`${this.audit.note('hears')} ${this.cls.isActive()}`);
  }
}

describe('nestjs-cls beside ambientContext', () => {
  it('has in its store what the recipe puts there, through local calls and events, and none of others', async () => {
    const builder = Test.createTestingModule({ imports: [AppModule], providers: [Orders, Audit] });
    app = await (await builder.setLogger(false as never).compile()).init();
    const broker = app.get(ServiceBroker);
    const make = (user: string, turns: number) =>
      broker.call<string[]>('orders.make', { turns }, { meta: { user } });
    const answers = await Promise.all([make('ada', 3), make('eve', 0), make('bob', 5)]);
    const expected = (user: string) => [
      `${user}: makes`,
      `${user}: pays at 2`,
      'undefined: pays at 1',
      `${user}: made`,
      'orders.make',
    ];
    expect(answers).toEqual([expected('ada'), expected('eve'), expected('bob')]);
    expect(notes.sort()).toEqual(['ada: hears true', 'bob: hears true', 'eve: hears true']);
  });

  it('is the recipe of the guide', () => {
    const recipe = readFileSync('test/support/cls-recipe.ts', 'utf8').split('word for word.\n')[1]!;
    expect(readFileSync('docs/scopes.md', 'utf8')).toContain(recipe);
  });
});
