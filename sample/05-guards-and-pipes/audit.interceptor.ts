import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Observable, tap } from 'rxjs';
import { identityOf } from './identity.js';

/** Says who has done what, once it is done. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  intercept(host: ExecutionContext, next: CallHandler): Observable<unknown> {
    const what = `${host.getClass().name}.${host.getHandler().name}`;
    const who = identityOf(host)?.name ?? 'nobody';
    return next.handle().pipe(tap(() => console.log(`audit: ${what} by ${who}`)));
  }
}
