import { type ActionTypes, Context, ServiceBroker } from '../index.js';
import { howToStub, noAnswer, unmocked } from '../messages/testing.messages.js';
import { brokerDeps } from '../moleculer.factories.js';
import { type CapturedEvent, CapturedEvents } from './captured-events.js';
import { loneBroker } from './lone-broker.js';
import { type AnswerArgs, AnswerBook, callOf, type MockedCall, type MockParams } from './mock-answer.js';
import { LastEndpoint, MockedEndpoint } from './mock-endpoint.js';
import { UnmockedActionError } from './unmocked-action.error.js';

/** How a stub answers one action. */
export class StubbedAction<A extends string = string> {
  /** @internal */
  constructor(
    readonly action: A,
    private readonly book: AnswerBook<A>,
  ) {}

  /** From now on calls are answered with a value, or by a function that stands for the handler: `reply(({ id }, ctx) => …)`. */
  reply(...answer: AnswerArgs<A>): this {
    this.book.replyWith(answer[0]);
    return this;
  }

  /** From now on calls fail, as `ActionMock.rejects`. */
  rejects(error: unknown): this {
    this.book.failWith(error);
    return this;
  }

  /** The calls of this action, the oldest first. */
  get calls(): readonly MockedCall<MockParams<A>>[] {
    return this.book.calls;
  }
}

/** What a context made for a test holds; all of it may be left out. */
export interface StubContextOptions<P> {
  /** Default `{}`. */
  params?: P;
  meta?: Record<string, unknown>;
  headers?: Record<string, unknown>;
  locals?: Record<string, unknown>;
  requestID?: string;
  /** Full name of the calling service. */
  caller?: string;
  /** For an event handler: the name the event was sent under. */
  event?: string;
}

/** Options of `createBrokerStub`. */
export interface BrokerStubOptions {
  /** Default `'stub'`. */
  nodeID?: string;
}

/**
 * A broker for unit tests of one class. It is a `ServiceBroker` on its own, without application, network and timers: calls get the answers
 * that the test gives, and what is called and sent is kept. Given to an application in place of its broker, nothing is connected
 * and no handler of the application is served.
 *
 * @publicApi
 */
export class BrokerStub extends ServiceBroker {
  private readonly stubbed = new Map<string, StubbedAction>();
  private readonly made: MockedCall[] = [];
  private readonly captured: CapturedEvents;

  /** @internal */
  constructor({ nodeID = 'stub' }: BrokerStubOptions) {
    super(brokerDeps(loneBroker({ nodeID, requestTimeout: 0, internalServices: false })));
    this.captured = new CapturedEvents(this, '**');
    this.registry.divert(
      new LastEndpoint(this, (action, ctx) => {
        this.made.push(callOf(action, ctx));
        throw this.unmocked(action);
      }),
    );
  }

  /** All calls, the oldest first; also of actions without an answer. */
  get calls(): readonly MockedCall[] {
    return this.made;
  }

  /** All events that were sent, the oldest first; `emit`, `broadcast` and `broadcastLocal` alike. */
  get emitted(): readonly CapturedEvent[] {
    return this.captured.all;
  }

  /** Says how an action is answered; asked again for the same name it gives the same object. */
  when<A extends string>(action: A | keyof ActionTypes): StubbedAction<A> {
    const known = this.stubbed.get(action);
    if (known !== undefined) return known as unknown as StubbedAction<A>;
    const name = action as A;
    const missing = () => new UnmockedActionError(noAnswer(name, '.reply(…) or .rejects(…)'), { action });
    const book = new AnswerBook<A>(missing);
    const stubbed = new StubbedAction(name, book);
    this.stubbed.set(name, stubbed as unknown as StubbedAction);
    const answer = (ctx: Context) => {
      const call = callOf(name, ctx);
      this.made.push(call);
      return book.take(call, ctx);
    };
    this.registry.divert(new MockedEndpoint(name, this, answer, () => null));
    return stubbed;
  }

  /** A context to call a handler with: `service.get(params, stub.context({ params }))`. What it calls and sends, the stub gets. */
  context<P = unknown>(given: StubContextOptions<P> = {}): Context<P> {
    const { params = {} as P, meta, headers, locals, requestID, caller, event } = given;
    const ctx = new Context<P>(this, null, params, {});
    if (meta !== undefined) ctx.meta = meta;
    if (headers !== undefined) ctx.headers = headers;
    if (locals !== undefined) ctx.locals = locals;
    if (requestID !== undefined) ctx.ownRequestID = requestID;
    if (caller !== undefined) ctx.caller = caller;
    if (event !== undefined) ctx.happened = { name: event, type: 'emit', groups: null };
    return ctx;
  }

  /** Forgets calls and events so far; the answers stay. */
  clear(): void {
    this.made.length = 0;
    this.captured.clear();
  }

  private unmocked(action: string): Error {
    return new UnmockedActionError(unmocked(action, howToStub(action), [...this.stubbed.keys()]), { action });
  }
}

/**
 * Makes a stand-in for the broker, for unit tests of one class.
 *
 * @example
 * const stub = createBrokerStub();
 * stub.when('users.get').reply({ id: '1' });
 * const service = new OrdersService(stub, stub.client('users'));
 *
 * @publicApi
 */
export function createBrokerStub(options: BrokerStubOptions = {}): BrokerStub {
  return new BrokerStub(options);
}
