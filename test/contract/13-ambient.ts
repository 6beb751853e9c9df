import {
  Context,
  MoleculerModule,
  ServiceBroker,
  currentContext,
  type ServiceHandle,
} from 'nestjs-moleculer';
export const module = MoleculerModule.forRoot({ ambientContext: true });
export const context: Context | undefined = currentContext();

declare const broker: ServiceBroker;
export const root: Promise<unknown> = broker.call('users.get', { id: '1' }, { parentCtx: null });
export const child: Promise<unknown> = broker.call('users.get', { id: '1' }, { parentCtx: currentContext() });
export const late: Promise<ServiceHandle> = broker.registerClass(new (class Late {})());
