import type { ActionTypes, Context } from '../index.js';
import { howToMock, mockNotBound, noAnswer, unmocked } from '../messages/testing.messages.js';
import { type AnswerArgs, AnswerBook, callOf, type MockedCall, type MockParams } from './mock-answer.js';
import { MockedEndpoint } from './mock-endpoint.js';
import { type MockTarget, onEachBroker } from './mock-target.js';
import { UnmockedActionError } from './unmocked-action.error.js';

/**
 * An action that a test makes up. Bound with `on`, it takes the place of whatever the broker knows by the name, on this node or another.
 *
 * @publicApi
 */
export class ActionMock<A extends string = string> {
  private readonly book: AnswerBook<A>;
  private readonly undo: (() => void)[] = [];
  private bound = false;

  /** @internal */
  constructor(readonly action: A) {
    const missing = () => new UnmockedActionError(noAnswer(action, '.returns(…) or .rejects(…)'), { action });
    this.book = new AnswerBook<A>(missing);
  }

  /**
   * From now on calls are answered with a value, or by a function that stands for the handler: `returns(({ id }, ctx) => …)`. The value
   * itself is handed out, no copy, as a handler on the same node would.
   */
  returns(...answer: AnswerArgs<A>): this {
    this.book.replyWith(answer[0]);
    return this;
  }

  /**
   * From now on calls fail. The error arrives as it would from a handler: one of Moleculer's as itself, with code, type and data, an
   * `HttpException` as a `MoleculerError`. It is not logged.
   */
  rejects(error: unknown): this {
    this.book.failWith(error);
    return this;
  }

  /**
   * Binds it: from now on calls through this broker, or through all brokers of a cluster, get the made-up answer, and so do calls of
   * other nodes that this broker would serve. May be used before the application is initialised, and with several targets.
   * Params are checked by the schema of the action, where the broker knows one; the action's guards, pipes and interceptors do not run.
   *
   * @throws TypeError nothing in it is a broker
   */
  on(target: MockTarget): this {
    const { action } = this;
    const remedy = (name: string, madeUp: readonly string[]) => unmocked(name, howToMock(name), madeUp);
    this.undo.push(
      onEachBroker(target, `mockAction('${action}').on()`, (broker) => {
        const answer = (ctx: Context) => this.book.take(callOf(action, ctx), ctx);
        return broker.registry.divert(new MockedEndpoint(action, broker, answer, remedy));
      }),
    );
    this.bound = true;
    return this;
  }

  /**
   * The calls that it got, the oldest first. One that validation refused is none.
   *
   * @throws Error it was never bound, so that an empty list would say nothing
   */
  get calls(): readonly MockedCall<MockParams<A>>[] {
    if (!this.bound) throw new Error(mockNotBound(this.action));
    return this.book.calls;
  }

  /** Forgets the calls so far; the answer stays. */
  clear(): this {
    this.book.clear();
    return this;
  }

  /** Ends it everywhere: whatever was there before answers again. */
  restore(): void {
    for (const step of this.undo.splice(0)) step();
  }
}

/**
 * Makes up an action in a test. It does nothing until it is bound to a broker, an application or a cluster, and affects nothing else.
 *
 * @example
 * const get = mockAction('users.get').returns({ id: '1' }).on(app);
 * expect(get.calls).toMatchObject([{ params: { id: '1' } }]);
 *
 * @publicApi
 */
export function mockAction<A extends string>(action: A | keyof ActionTypes): ActionMock<A> {
  return new ActionMock(action as A);
}
