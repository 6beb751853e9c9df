import { printable } from './log.messages.js';

export const BROKER_CONTEXT = 'Moleculer';

export const handlerFailed = (what: string, requestID: string) => `${what} failed (request ${requestID})`;

export const eventHandlerFailed = (event: string, service: string) =>
  `A handler of event '${event}' in service '${service}' failed`;

export const severalFailed = (count: number) => `${count} handlers of one event failed`;

export const errorSubscriberFailed = 'A subscriber of errors$ failed';

export const subscriberFailed = (event: string) => `A subscriber of the stream of event '${event}' failed`;

export const internalHandlerFailed = (event: string) => `Telling of '${event}' failed`;

export const eventsNotSent = (event: string) =>
  `No connection to the cluster: event '${event}' was not sent to other nodes`;

export const noReceiver = (event: string, group: string) =>
  `Event '${event}' was not sent to group '${group}': the load balancing strategy failed`;

export const invalidName = (what: string, given: unknown) =>
  `${what} must be a non-empty string, not ${typeof given === 'string' ? "''" : typeof given}`;

export const overlongName = (what: string, name: string) =>
  `${what} has ${name.length} characters, more than transit.maxNameLength: '${name.slice(0, 40)}…'`;

export const didYouMean = (names: readonly string[]) =>
  `Did you mean ${names.map((name) => `'${name}'`).join(' or ')}?`;

export const serviceHas = (service: string, actions: readonly string[]) =>
  `Service '${service}' has: ${actions.join(', ')}.`;

export const noTransporter = 'This node has no transporter: it knows its own services alone.';

export const notInCluster = (reason: string | undefined) =>
  reason
    ? `This node is not connected to its cluster: ${reason.replace(/\.$/, '')}.`
    : 'This node has not joined its cluster yet: call other nodes from onApplicationBootstrap on.';

export const notInitialised =
  'The application has not been initialised yet: call its own services from onModuleInit on, others from onApplicationBootstrap on; in a test after `await app.init()`.';

export const sentBeforeStart = (event: string) =>
  `Event '${event}' was sent before anybody could hear it: handlers of this node do from onModuleInit on, other nodes from onApplicationBootstrap on; in a test after \`await app.init()\`.`;

export const hasLeft = 'This node has left its cluster.';

export const nobodyOffers = (service: string) =>
  `No node of this namespace offers '${service}' now; waitForServices('${service}') waits for one.`;

export const stillWaiting = (services: readonly string[], seconds: number) =>
  `waitForServices waits since ${seconds} s for ${services.map((name) => `'${name}'`).join(', ')}: no node of this namespace offers ${services.length === 1 ? 'it' : 'them'}`;

export const invalidTimeout = (action: string, given: unknown) =>
  `Call option timeout of '${action}' must be a number of ms, 0 (none) or more, not ${String(given)}`;

export const invalidSignal = (action: string) => `Call option signal of '${action}' must be an AbortSignal`;

export const optionNoText = (option: string, kind: string) =>
  `Option ${option} must be a string, not a ${kind}`;

export const invalidParent = (what: string) => `Option parentCtx of ${what} must be the Context of a handler`;

export const optionNotBuilt = (action: string, option: string) =>
  `Call option ${option} of '${action}' is not built yet in this version: remove it`;

export const uidGeneratorFailed = (problem: string) =>
  `uidGenerator must return a non-empty string: ${problem}. IDs of the library are used in its place`;

export const invalidCallDefs = 'mcall takes an array or an object of call definitions';

export const waitTimedOut = (services: string[], ms: number) =>
  `Services ${services.map((name) => `'${name}'`).join(', ')} did not appear within ${ms} ms`;

export const waitEnded = (services: string[]) =>
  `The broker stopped before services ${services.map((name) => `'${name}'`).join(', ')} appeared`;

export const dependenciesMissing = (service: string, missing: string[], seconds: number) =>
  `Service '${service}' is not announced yet: it waits ${seconds > 0 ? `since ${seconds} s ` : ''}for ${missing
    .map((name) => `'${name}'`)
    .join(', ')}`;

export const dependenciesTimedOut = (service: string, missing: string[], ms: number) =>
  `Service '${service}' is not announced: ${missing.map((name) => `'${name}'`).join(', ')} did not appear within dependencyTimeout (${ms} ms). It will be when they do`;

export const dependencyCycle = (names: string[]) =>
  `Services wait for each other and none can be announced: ${names.join(' -> ')}. Remove one of these dependencies`;

export const stoppedWhileRunning =
  'The broker stopped while its handler ran; what it does is not heard any more';

export const dependencyCycleAcross = (cycle: string) =>
  `Services of several nodes wait for each other and none can be announced: ${printable(cycle, 1000)}. Remove one of these dependencies`;

export const duplicateAction = (action: string, first: string, second: string) =>
  `Action '${action}' is defined twice: by ${first} and by ${second}`;

/** @param origin `Class.method` or the like */
export const inService = (origin: string, problem: string) => `${origin}: ${problem}`;

export const duplicateService = (fullName: string) =>
  `Service '${fullName}' exists on this node already. Destroy it first, or give it another name or version`;

export const createdAfterStop = (fullName: string) =>
  `Service '${fullName}' was not created: this broker was stopped. Create the application anew`;

export const registeredTooEarly =
  'registerClass came too early: which global guards the application has is not settled yet. Call it in onModuleInit or later';

export const schemaNeedsName = 'A service schema needs a name (a non-empty string)';

export const mixinsNotBuilt = (name: string) =>
  `Service '${name}' has mixins: they are not supported. Use classes that extend each other, or compose providers`;

export const handlerMissing = (what: string) => `${what} needs a handler function`;

export const noFunction = (what: string) => `${what} must be a function`;

export const optionUnsupported = (service: string, option: string) =>
  `${service}: '${option}' is not supported by createService`;

export const hookFailed = (service: string, hook: string) => `Hook '${hook}' of service '${service}' failed`;

export const serviceMapped = (fullName: string, actions: number, events: number) =>
  `Service '${fullName}' is ready: ${actions} action${actions === 1 ? '' : 's'}, ${events} event${events === 1 ? '' : 's'}`;

export const errorRegeneratorFailed = 'errorRegenerator failed; the default was used instead';

export const unknownService = (name: string) => `There is no service '${name}' on this node`;

export const groupNotText = (event: string) =>
  `Option groups of event '${event}' must be a name or a list of names`;
