import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Context, isMoleculerContext } from 'nestjs-moleculer';

export interface Identity {
  name: string;
  roles: string[];
}

/** Who asks: over HTTP the request knows, in an action or event its meta, which travels along with every further call. */
export function identityOf(host: ExecutionContext): Identity | undefined {
  if (isMoleculerContext(host)) {
    return host.switchToRpc().getContext<Context<unknown, { user?: Identity }>>().meta.user;
  }
  return host.switchToHttp().getRequest<{ user?: Identity }>().user;
}

/** An argument that says who asks, on routes as well as on actions and events. */
export const User = createParamDecorator((_: unknown, host: ExecutionContext) => identityOf(host));
