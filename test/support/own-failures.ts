import type { Context } from '../../lib/context/context.js';
import type { ServiceSchema } from '../../lib/broker/service-schema.js';
import * as broker from '../../lib/errors/broker.error.js';
import * as base from '../../lib/errors/moleculer.error.js';
import * as protocol from '../../lib/errors/protocol.error.js';
import * as request from '../../lib/errors/request.error.js';
import * as service from '../../lib/errors/service.error.js';
import { ValidationError } from '../../lib/errors/validation.error.js';

const where = { action: 'some.action', nodeID: 'some-node' };

class TeapotError extends base.MoleculerClientError {
  readonly lost = 'does not cross the wire';
  constructor() {
    super('short and stout', 418, 'TEAPOT', { teapot: true });
  }
}

/** As in peer-errors.mjs, made of our classes. */
const failures: Record<string, () => unknown> = {
  plain: () => new Error('plain failure'),
  typeError: () => new TypeError('wrong type'),
  coded: () => Object.assign(new Error('coded failure'), { code: 'E_CODED', type: 'CODED', data: { x: 1 } }),
  moleculer: () =>
    new base.MoleculerError('moleculer failure', 501, 'MY_FAIL', { a: 5, deep: { b: [1, 2] } }),
  retryable: () => new base.MoleculerRetryableError('try again', 502, 'MY_RETRY', { a: 5 }),
  server: () => new base.MoleculerServerError('server failure', 500, 'MY_SERVER', { a: 5 }),
  client: () => new base.MoleculerClientError('client failure', 403, 'MY_CLIENT', { a: 5 }),
  validation: () => new ValidationError('not valid', 'MY_VALIDATION', [{ field: 'a', type: 'required' }]),
  notFound: () => new service.ServiceNotFoundError(where),
  notAvailable: () => new service.ServiceNotAvailableError(where),
  timeout: () => new request.RequestTimeoutError(where),
  skipped: () => new request.RequestSkippedError(where),
  rejected: () => new request.RequestRejectedError(where),
  queueFull: () => new request.QueueIsFullError({ ...where, size: 10, limit: 10 }),
  maxCallLevel: () => new request.MaxCallLevelError({ nodeID: 'some-node', level: 10 }),
  serviceSchema: () => new service.ServiceSchemaError('bad schema', { a: 1 }),
  brokerOptions: () => new broker.BrokerOptionsError('bad options', { a: 1 }),
  gracefulStop: () => new broker.GracefulStopTimeoutError({ service: { name: 'x', version: 1 } }),
  protocolMismatch: () =>
    new protocol.ProtocolVersionMismatchError({ nodeID: 'n', actual: '4', received: '9' }),
  invalidPacket: () => new protocol.InvalidPacketDataError({ a: 1 }),
  brokerDisconnected: () => new broker.BrokerDisconnectedError(),
  custom: () => new TeapotError(),
  string: () => 'just a string',
};

/** Every way of failing that there is on both sides: `fail.<kind>` there, `ownfail.<kind>` here. */
export const FAILURES = Object.keys(failures);

export function ownFailures(): ServiceSchema {
  const actions = Object.fromEntries(
    Object.entries(failures).map(([kind, make]) => [
      kind,
      () => {
        throw make();
      },
    ]),
  );
  return {
    name: 'ownfail',
    actions: {
      ...actions,
      nested: (ctx: Context<any>) => ctx.call<unknown>(ctx.params.action, ctx.params.params, ctx.params.opts),
      needsNumber: { params: { a: 'number', b: { type: 'string', min: 3 } }, handler: () => true },
      any(ctx: Context<any>) {
        throw Object.assign(new Error(ctx.params.message), ctx.params);
      },
    },
  };
}
