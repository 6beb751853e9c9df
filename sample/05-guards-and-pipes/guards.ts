import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Identity, identityOf } from './identity.js';

const KEYS: Record<string, Identity> = {
  'key-of-ada': { name: 'Ada', roles: ['reader'] },
  'key-of-grace': { name: 'Grace', roles: ['reader', 'manager'] },
};

interface Request {
  headers: Record<string, string | undefined>;
  user?: Identity;
}

/** For HTTP only. As a global guard it sees actions and events, too, and lets them pass: they have no headers to look into. */
@Injectable()
export class KeyGuard implements CanActivate {
  canActivate(host: ExecutionContext): boolean {
    if (host.getType() !== 'http') return true;
    const request = host.switchToHttp().getRequest<Request>();
    request.user = KEYS[request.headers['x-key'] ?? ''];
    return request.user !== undefined;
  }
}

export const Roles = Reflector.createDecorator<string[]>();

/** For both: it asks for the identity and not for the request. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(host: ExecutionContext): boolean {
    const wanted = this.reflector.getAllAndOverride(Roles, [host.getHandler(), host.getClass()]) ?? [];
    const roles = identityOf(host)?.roles ?? [];
    return wanted.every((role) => roles.includes(role));
  }
}
