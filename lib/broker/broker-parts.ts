import type { SchedulerLike } from 'rxjs';
import { SteadyLogger } from '../errors/steady-logger.js';
import * as messages from '../messages/broker.messages.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { withAmbientContext } from '../pipeline/ambient-context.js';
import { HandlerRunner } from '../pipeline/handler-runner.js';
import { InFlight } from '../pipeline/in-flight.js';
import { Pipeline } from '../pipeline/pipeline.js';
import type { Check } from '../pipeline/validation.js';
import type { ErrorTranslator } from '../protocol/error-regenerator.js';
import type { Registry } from '../registry/registry.js';
import type { LocalEvent } from '../registry/service-definition.js';
import { BoundedLog } from '../time/bounded-log.js';
import { Deadlines } from '../time/deadlines.js';
import { Requester } from '../transit/requester.js';
import { Responder } from '../transit/responder.js';
import type { Transit } from '../transit/transit.js';
import { CallDispatcher, type DispatcherHost } from './call-dispatcher.js';
import { DependencyGate } from './dependency-gate.js';
import { EventBus } from './event-bus.js';
import { EventFailures } from './event-failures.js';
import { EventStreams } from './event-streams.js';
import { FailureLog } from './failure-log.js';
import { ListenerRunner } from './listener-runner.js';
import { BrokerRequestServer } from './request-server.js';
import { ServiceManager } from './service-manager.js';
import type { TellSchema } from './told-schemas.js';

/** What the broker asks of the validator. */
export interface Schemas {
  /** null: validation is off */
  compile: ((schema: unknown) => Check) | null;
  /** null: validation is off */
  compileReturns: ((schema: unknown) => Check) | null;
  tell: TellSchema;
}

/** What a broker is made from; each is a provider of its own. */
export interface BrokerDeps {
  nodeID: string;
  options: ResolvedOptions;
  registry: Registry;
  transit: Transit;
  schemas: Schemas;
  scheduler: SchedulerLike;
  /** Errors to and from the wire. */
  errors: ErrorTranslator;
}

/** The machinery behind the door: one object for each way through the broker. */
export interface BrokerParts {
  dispatcher: CallDispatcher;
  events: EventBus;
  streams: EventStreams;
  services: ServiceManager;
  pipeline: Pipeline;
  gate: DependencyGate;
  server: BrokerRequestServer;
  requester: Requester;
  runner: HandlerRunner;
  deadlines: Deadlines;
  failures: FailureLog;
  eventFailures: EventFailures;
  /** Requests and events of other nodes under way. */
  remoteWork: InFlight;
  /** Local calls under way. */
  localWork: InFlight;
}

/** Wires the parts of a broker. `changed` is called when what INFO tells has changed. */
export function createParts(deps: BrokerDeps, host: DispatcherHost, changed: () => void): BrokerParts {
  const { nodeID, options, registry, transit, scheduler, errors, schemas } = deps;
  const logger = new SteadyLogger(messages.BROKER_CONTEXT);
  const deadlines = new Deadlines(scheduler);
  const eventFailures = new EventFailures(logger);
  const failures = new FailureLog(nodeID, logger, eventFailures);
  const remoteWork = new InFlight();
  const localWork = new InFlight();
  const tracked = options.tracking.enabled ? remoteWork : null;
  const runner = new HandlerRunner(deadlines, {
    nodeID,
    failure: (thrown, ctx) => failures.action(thrown, ctx),
  });
  const { maxQueueSize } = options.transit;
  const requester = new Requester(transit, deadlines, {
    nodeID,
    maxQueueSize: maxQueueSize === 0 ? Infinity : maxQueueSize,
    restore: (payload, sender) => errors.restore(payload, sender),
  });
  const server = new BrokerRequestServer(registry, runner, tracked, errors, {
    nodeID,
    requestTimeout: options.requestTimeout,
    exposeStack: options.exposeStack,
  });
  new Responder(transit, host, server, logger);
  const calls = {
    requestTimeout: options.requestTimeout,
    maxCallLevel: options.maxCallLevel,
    tracking: options.tracking.enabled,
  };
  const dispatcher = new CallDispatcher(host, registry, runner, requester, localWork, calls, transit);
  const listeners = new ListenerRunner(host, failures);
  const events = new EventBus(host, registry, transit, listeners, tracked, logger);
  const streams = new EventStreams(
    {
      nodeID,
      serve: (service, there) => {
        if (there) registry.registerLocal(service);
        else registry.unregisterLocal(service.info.fullName);
        changed();
      },
      listen: (service, event, there) => {
        if (there) registry.addListener(service, options.ambientContext ? ambient(event) : event);
        else registry.removeListener(service, event);
        changed();
      },
    },
    logger,
  );
  const gate = new DependencyGate(registry, scheduler, options, logger, changed);
  // One broken action under load would fill the log.
  const resultLog = new BoundedLog(logger, () => scheduler.now());
  const pipeline = new Pipeline({
    compileSchema: schemas.compile,
    ...(schemas.compileReturns && {
      results: {
        compileSchema: schemas.compileReturns,
        mode: options.validateReturns,
        tell: (text) => resultLog.error(text),
      },
    }),
    contextParamsCloning: options.contextParamsCloning,
    errorHandler: options.errorHandler,
    ambientContext: options.ambientContext,
  });
  const tell = (event: string, payload: object) => events.tell(event, payload);
  const services = new ServiceManager(
    registry,
    pipeline,
    gate,
    { changed, tell, tellSchema: schemas.tell },
    logger,
  );
  return {
    dispatcher,
    events,
    streams,
    services,
    pipeline,
    gate,
    server,
    requester,
    runner,
    deadlines,
    failures,
    eventFailures,
    remoteWork,
    localWork,
  };
}

/** Subscribers of event streams are handlers too. */
const ambient = (event: LocalEvent): LocalEvent => ({ ...event, handler: withAmbientContext(event.handler) });
