import type { CustomTransportStrategy, MessageHandler, MsPattern } from '@nestjs/microservices';
import { AsyncSubject, type Observable, type Subscription, switchMap } from 'rxjs';
import { MoleculerError } from '../errors/moleculer.error.js';
import { SteadyLogger } from '../errors/steady-logger.js';
import { stackOf } from '../errors/thrown.js';
import { ServiceBroker, type Context, type MoleculerModuleOptions } from '../index.js';
import { endHookFailed, listeningTwice, notListening } from '../messages/microservices.messages.js';
import { brokerStatus, listenTo, type MoleculerEvents, type MoleculerStatus } from './broker-status.js';
import { keepErrors } from './kept-errors.js';
import { microservices } from './load-microservices.js';
import { OwnBroker } from './own-broker.js';
import { type PatternHandler, patternServices } from './pattern-services.js';
import { type ProcessingHooks, withHooks } from './processing-hooks.js';

const { Server } = microservices;

/** For handlers of one transport among several: `@MessagePattern('users.get', MOLECULER_TRANSPORT)`. */
export const MOLECULER_TRANSPORT: unique symbol = Symbol('nestjs-moleculer');

/** Options of the server, beside those of the broker. */
export interface MoleculerServerOptions {
  /**
   * Group of the events of this application: of all nodes of a group one gets each `emit`. A handler may name its own:
   * `@EventPattern('user.created', { group: 'audit' })`.
   *
   * @default the service of the dotted message patterns, if they are of one
   */
  group?: string;
}

/**
 * A transport strategy of `@nestjs/microservices`: `@MessagePattern` handlers become actions, `@EventPattern` handlers listeners, with
 * their guards, pipes, interceptors and filters. Given a broker, it lives with that broker's application; given options, it makes a
 * broker of its own, which joins in `listen` and leaves in `close`.
 *
 * @example
 * app.connectMicroservice({ strategy: new MoleculerServer(app.get(ServiceBroker)) });
 * @example
 * NestFactory.createMicroservice(AppModule, { strategy: new MoleculerServer({ transporter: 'redis://localhost:6379' }) });
 *
 * @publicApi
 */
export class MoleculerServer
  extends Server<MoleculerEvents, MoleculerStatus>
  implements CustomTransportStrategy
{
  override transportId: symbol = MOLECULER_TRANSPORT;
  private readonly messages: PatternHandler[] = [];
  private readonly events: PatternHandler[] = [];
  private readonly wanted: [event: string, callback: (payload: unknown) => void][] = [];
  private readonly subscriptions: Subscription[] = [];
  private readonly broker$ = new AsyncSubject<ServiceBroker>();
  private readonly noStartHook = this.onProcessingStartHook;
  private broker: ServiceBroker | null = null;
  private own: OwnBroker | null = null;
  private services: string[] = [];
  private opened = false;

  constructor(
    private readonly brokerOrOptions: ServiceBroker | MoleculerModuleOptions,
    private readonly serverOptions: MoleculerServerOptions = {},
  ) {
    super();
    // Errors of event handlers are logged by the broker, so Nest need not. Nest 11 does not ask, and has no such property.
    Object.assign(this, { propagatesEventHandlerErrors: true });
    keepErrors();
  }

  /** `connected`, `reconnecting` after a loss, `disconnected` when the broker has stopped. */
  override get status(): Observable<MoleculerStatus> {
    return this.broker$.pipe(switchMap(brokerStatus));
  }

  /** Nest calls this for each decorated method. Handlers of one event stay apart: each may have a group of its own. */
  override addHandler(
    pattern: MsPattern,
    callback: MessageHandler,
    isEventHandler = false,
    extras: Record<string, unknown> = {},
  ): void {
    const route = String(this.normalizePattern(pattern));
    Object.assign(callback, { isEventHandler, extras });
    (isEventHandler ? this.events : this.messages).push({ route, callback, extras });
    if (!isEventHandler || !this.messageHandlers.has(route)) this.messageHandlers.set(route, callback);
  }

  override listen(callback: (error?: unknown) => unknown): Promise<unknown> {
    return this.open().then(() => callback(), callback);
  }

  /** Its services are withdrawn and running work is served out; a broker of its own then leaves the cluster. */
  override async close(): Promise<void> {
    const { own, broker, services } = this;
    this.own = null;
    this.services = [];
    for (const subscription of this.subscriptions.splice(0)) subscription.unsubscribe();
    if (own !== null) await own.stop();
    else await broker?.withdrawServices(services);
  }

  /**
   * Hears what the broker tells of itself: `server.on('$node.disconnected', ({ node }) => …)`.
   *
   * @typeParam Callback takes the payload of the event
   */
  override on<
    Event extends keyof MoleculerEvents = keyof MoleculerEvents,
    Callback extends MoleculerEvents[Event] = MoleculerEvents[Event],
  >(event: Event, callback: Callback): void {
    if (this.broker === null) this.wanted.push([event, callback]);
    else this.subscriptions.push(listenTo(this.broker, event, callback));
  }

  /** The `ServiceBroker`. */
  override unwrap<T = ServiceBroker>(): T {
    if (this.broker === null) throw new MoleculerError(notListening, 500, 'NOT_LISTENING');
    return this.broker as T;
  }

  private async open(): Promise<void> {
    if (this.opened) throw new MoleculerError(listeningTwice, 500, 'LISTENING_TWICE');
    this.opened = true;
    const log = new SteadyLogger(MoleculerServer.name);
    const run = withHooks(
      () => this.hooks(),
      (error) => log.error(endHookFailed, stackOf(error)),
    );
    const services = patternServices(this.messages, this.events, this.serverOptions.group, {
      run,
      warn: (text) => this.logger.warn(text),
    });
    if (this.brokerOrOptions instanceof ServiceBroker) {
      this.brokerOrOptions.registerServices(services);
      this.services = services.map(({ fullName }) => fullName);
      this.use(this.brokerOrOptions);
    } else {
      const own = await OwnBroker.create(this.brokerOrOptions, services);
      this.own = own;
      this.use(own.broker);
      await own.start().catch((error: unknown) => this.giveUp(own, error));
    }
  }

  private use(broker: ServiceBroker): void {
    this.broker = broker;
    this.broker$.next(broker);
    this.broker$.complete();
    for (const [event, callback] of this.wanted.splice(0)) this.on(event as keyof MoleculerEvents, callback);
  }

  private async giveUp(own: OwnBroker, error: unknown): Promise<never> {
    this.own = null;
    await own.stop();
    throw error;
  }

  private hooks(): ProcessingHooks {
    const { onProcessingStartHook: start, onProcessingEndHook: end, transportId } = this;
    return {
      ...(start !== this.noStartHook && {
        start: (ctx: Context, done: () => Promise<unknown>) => start(transportId, ctx as never, done),
      }),
      ...(end !== undefined && { end: (ctx: Context) => end(transportId, ctx as never) }),
    };
  }
}
