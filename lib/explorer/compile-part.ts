import 'reflect-metadata';
import type { Scope, ScopeOptions } from '@nestjs/common';
import { SCOPE_OPTIONS } from '../decorators/metadata.keys.js';
import { ServiceSchemaError } from '../errors/service.error.js';
import { SteadyLogger } from '../errors/steady-logger.js';
import { scopeErased } from '../messages/explorer.messages.js';
import { checkActionOptions, checkEventOptions } from '../options/handler-options.js';
import type { DeclaredClass, DeclaredMethod } from './declared-class.js';
import { defaultServiceName } from './default-name.js';
import type { HandlerFactory } from './handler-factory.js';
import type { ServicePart } from './service-part.js';

const logger = new SteadyLogger('Moleculer');
export const warn = (text: string): void => logger.warn(text);

/** What a class contributes to its service, handlers compiled. */
export async function compilePart(
  declared: DeclaredClass,
  factory: Pick<HandlerFactory, 'create'>,
): Promise<ServicePart> {
  const { wrapper, type, methods } = declared;
  const options = declared.service ?? {};
  checkScope(type, options.scope);
  const part = {
    origin: type.name,
    name: options.name ?? defaultServiceName(type.name),
    options,
    actions: [] as ServicePart['actions'][number][],
    events: [] as ServicePart['events'][number][],
  };
  for (const method of methods) {
    const origin = `${type.name}.${method.name}`;
    checkOptions(origin, method);
    const handler = await factory.create({
      wrapper,
      host: wrapper.host!,
      type,
      methodName: method.name,
      method: method.method,
      origin,
    });
    const entry = (given: { name?: string }) => ({ name: given.name ?? method.name, handler, origin });
    for (const action of method.actions) part.actions.push({ ...entry(action), options: action });
    for (const event of method.events) part.events.push({ ...entry(event), options: event });
  }
  return part;
}

function checkOptions(origin: string, { actions, events }: DeclaredMethod): void {
  for (const action of actions) checkActionOptions(origin, action, warn);
  for (const event of events) checkEventOptions(origin, event, warn);
}

/** `@Injectable` above `@Service` runs last and writes its own scope, or none, over that of `@Service`. */
function checkScope(type: Function, scope: Scope | undefined): void {
  const options = Reflect.getMetadata(SCOPE_OPTIONS, type) as ScopeOptions | undefined;
  if (scope !== undefined && (options?.scope ?? 0) !== scope)
    throw new ServiceSchemaError(scopeErased(type.name));
}
