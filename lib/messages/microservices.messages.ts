/** Texts of the bridge to @nestjs/microservices. */

export const PACKAGE = '@nestjs/microservices';

export const packageMissing =
  `nestjs-moleculer/microservices needs the package ${PACKAGE}, which is not installed. ` +
  `Install it: npm install ${PACKAGE}`;

export const severalValues = (action: string): string =>
  `The handler of '${action}' gave an Observable of several values. A call has one answer until streams are built: ` +
  `gather them (RxJS toArray), keep the last (last), or send events`;

export const groupNeeded = (event: string): string =>
  `The handlers of event '${event}' need a group: of the instances of a group one gets each event, and this application has no ` +
  `dotted message patterns of one service to take its name from. Name it: new MoleculerServer(broker, { group: 'mail' })`;

export const wrongGroup = (event: string): string =>
  `The group of the handlers of event '${event}' must be a text that is not empty`;

export const wildcardInMessage = (pattern: string): string =>
  `@MessagePattern('${pattern}'): a call goes to one action, so its pattern cannot have a '*'. Name each action; ` +
  `@EventPattern may have wildcards`;

export const emptyPattern = 'A pattern of @MessagePattern or @EventPattern must not be empty';

export const notListening =
  'MoleculerServer has no broker yet: it gets it in listen() or startAllMicroservices()';

export const listeningTwice = 'This MoleculerServer listens already: make one for each microservice';

export const brokerMissing =
  'MoleculerClient needs a broker: new MoleculerClient({ broker: app.get(ServiceBroker) }), or in a module ' +
  'ClientsModule.registerAsync([{ name, inject: [ServiceBroker], useFactory: (broker) => ({ customClass: MoleculerClient, options: { broker } }) }])';

export const classNeedsContainer = (name: string): string =>
  `The class ${name} injects something, but a broker that MoleculerServer makes from options has no container. ` +
  `Import MoleculerModule and give its broker: new MoleculerServer(app.get(ServiceBroker))`;

export const severalFailed = (event: string, texts: readonly string[]): string =>
  `${texts.length} handlers of event '${event}' failed: ${texts.join('; ')}`;

export const noEventOfTheBroker = (event: string): string =>
  `on('${event}') of MoleculerServer and MoleculerClient is never called: there are only the events that the broker tells of itself, ` +
  `such as '$transporter.disconnected' and '$node.connected'`;

export const endHookFailed = 'The processing end hook failed; the answer is on its way already';
