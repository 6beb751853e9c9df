/** Texts for services that are declared in a way that cannot work, and of the explorer's log. `origin` is `Class.method`. */

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

export const decoratorOnStatic = (decorator: string, type: string, member: string): string =>
  `${decorator} on ${type}.${member}: it is static, and services are instances. Remove 'static'.`;

export const decoratorOnSymbol = (decorator: string, type: string, member: string): string =>
  `${decorator} on ${type}[${member}]: handlers need a method with a plain name, because Nest does not see symbols.`;

export const decoratorOnNoMethod = (decorator: string, type: string, member: string): string =>
  `${decorator} on ${type}.${member}: it is no method. Make it one: '${member}(params, ctx) { … }'.`;

export const argumentOutsideMethod = (decorator: string, type: string): string =>
  `${decorator}() in ${type} is on an argument of the constructor or of a static method. It belongs on arguments of handlers.`;

export const scopesContradict = (type: string): string =>
  `${type} has a scope from @Injectable or @Controller and another from @Service. Give it in one place.`;

export const scopeErased = (type: string): string =>
  `The scope that @Service gives ${type} was erased by the @Injectable or @Controller written above it. ` +
  `Write @Service above, or give the scope there.`;

export const notSingleton = (origin: string): string =>
  `${origin}: event streams need a class that lives as long as the app; this one is request-scoped or transient. ` +
  `Use @Event there, or move the stream to a singleton.`;

export const transientHost = (origin: string): string =>
  `${origin}: the class is transient, so it has no instance that could serve. Use the default or the request scope.`;

export const doubledAction = (action: string, first: string, second: string): string =>
  first === second
    ? `Action '${action}' is declared twice by ${first}: provide the class in one module only, or name one of the two differently.`
    : `Action '${action}' is declared twice: by ${first} and by ${second}. Rename or remove one.`;

export const doubledService = (fullName: string, first: string, second: string): string =>
  `Two services would both be called '${fullName}': that of ${first} and that of ${second}. ` +
  `Change a name, a version or '$noVersionPrefix'.`;

export const contradictingSetting = (
  service: string,
  where: 'settings' | 'metadata',
  key: string,
  first: string,
  second: string,
): string =>
  `Service '${service}': ${first} and ${second} give ${where}.${key} different values. Give it in one place, or the same in both.`;

export const contradictingListeners = (
  service: string,
  event: string,
  first: string,
  second: string,
): string =>
  `Service '${service}': ${first} and ${second} listen to '${event}' with different options. ` +
  `A service announces each event once: use the same options, or move one to another service.`;

export const mixedArguments = (origin: string, missing: number): string =>
  `${origin}: argument ${missing + 1} has no parameter decorator, others have. Decorate all arguments or none.`;

export const foreignArgument = (origin: string, index: number): string =>
  `${origin}: argument ${index + 1} has a decorator of HTTP or of another transport. ` +
  `Use @Params, @Payload, @Meta, @Headers, @Ctx or @StreamBody of nestjs-moleculer.`;

export const doubledArgument = (origin: string, index: number): string =>
  `${origin}: argument ${index + 1} has two parameter decorators. Keep one.`;

export const unknownBroker = (
  type: string,
  name: string | undefined,
  known: readonly (string | undefined)[],
): string => {
  const named = known.filter((broker) => broker !== undefined);
  const there = [
    ...(known.includes(undefined) ? ['the default one'] : []),
    ...(named.length ? [list(named)] : []),
  ];
  return name === undefined
    ? `${type} belongs to the default broker, but there is none. Known: ${there.join(', ')}. Name one with @Service({ broker }).`
    : `${type}: there is no broker '${name}'. Known: ${there.join(', ')}. ` +
        `Import MoleculerModule.forRoot({ name: '${name}' }) or correct @Service({ broker }).`;
};

export const doubledBroker = (name: string | undefined): string =>
  name === undefined
    ? `MoleculerModule.forRoot() is imported twice without a name. Import it once, in the root module, or give one a 'name'.`
    : `MoleculerModule.forRoot({ name: '${name}' }) is imported twice. Import it once, in the root module, or change a 'name'.`;

export const enhancerNotProvided = (origin: string, enhancer: string, provider: string): string =>
  `${origin}: Nest would silently leave out ${enhancer}, because ${provider} is a factory or value provider. ` +
  `Provide the class itself, or give the decorator an instance.`;

export const enhancerNotInherited = (origin: string, enhancer: string, type: string): string =>
  `${origin}: ${enhancer} is not a singleton, and Nest did not find it on the class. Does it come from the overridden method? ` +
  `Put @Service() on ${type}, or repeat the decorator on the override. Is the instance one of ModuleRef.create? Provide the class in a module.`;

export const enhancerNotMade = (origin: string, enhancer: string, reason: string): string =>
  `${origin}: ${enhancer} could not be made: ${reason}`;

export const globalEnhancerUnreachable = (origin: string, provider: string): string =>
  `${origin}: a request-scoped or transient global enhancer would silently be left out, because ${provider} is a factory or value provider, ` +
  `or a class behind a Proxy. Provide the class itself, or make the enhancer a singleton.`;

export const namelessService = (): string =>
  `A class without a name has handlers. Give its service a name: @Service('…').`;

export const wrongOption = (origin: string, key: string, value: string, allowed: string): string =>
  `${origin}: '${key}' is ${value}, allowed is ${allowed}.`;

export const misspeltKey = (origin: string, key: string, near: readonly string[]): string =>
  `${origin}: '${key}' is no option; did you mean ${near.map((name) => `'${name}'`).join(' or ')}? It is announced to other nodes and has no effect.`;

export const wrongStrategy = (origin: string, value: string, problem: string): string =>
  `${origin}: strategy: ${value} ${problem}.`;

export const notBuiltYet = (origin: string, key: string, instead: string): string =>
  `${origin}: '${key}' is not built yet. ${instead}`;

export const filterFailed = (origin: string, reason: string): string =>
  `An exception filter of ${origin} itself failed; the caller gets the first error. The filter's: ${reason}`;

export const noInstance = (given: string): string =>
  `registerClass takes an instance of a class with @Service, @Action or @Event; this is ${given}.`;

export const nothingDeclared = (type: string): string =>
  `${type} is no service: it has neither @Service nor a method with @Action or @Event.`;

export const otherBroker = (type: string, own: string | undefined, asked: string | undefined): string => {
  const named = (name: string | undefined) =>
    name === undefined ? 'the default broker' : `broker '${name}'`;
  return `${type} belongs to ${named(own)}; ${named(asked)} was asked to register it. Ask its own, or correct @Service({ broker }).`;
};

export const scopedOfNoModule = (type: string): string =>
  `${type} is request-scoped and of no module: this one instance would serve all calls. Provide the class in a module.`;

export const foreignModuleRef = `registerClass: what is given as moduleRef is no ModuleRef of this app. Inject ModuleRef in the module, or take what LazyModuleLoader gives.`;

export const globalEnhancerTooLate = (type: string): string =>
  `${type}: a request-scoped or transient global enhancer would silently be left out, because the class was not there when the app started. ` +
  `Make the enhancer a singleton, or import the module of ${type} at start.`;

export const instanceNotMade = (origin: string, reason: string): string =>
  `${origin}: the instance for this call could not be made: ${reason}`;

export const otherClassMade = (origin: string): string =>
  `the provider gave something whose method is not ${origin}; what is bound to that one would not run`;

export const notPreviewed = (reason: string): string =>
  `The preview shows no entry points of a broker, for the application would not start: ${reason}`;
