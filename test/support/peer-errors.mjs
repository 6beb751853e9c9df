/** A service of a Moleculer peer that fails in every way there is: `fail.<kind>`. */

/** @param {any} E the `Errors` of the Moleculer in use */
export function failService(E) {
  class TeapotError extends E.MoleculerClientError {
    constructor() {
      super('short and stout', 418, 'TEAPOT', { teapot: true });
      this.lost = 'does not cross the wire';
    }
  }
  const where = { action: 'some.action', nodeID: 'some-node' };
  const errors = {
    plain: () => new Error('plain failure'),
    typeError: () => new TypeError('wrong type'),
    coded: () =>
      Object.assign(new Error('coded failure'), { code: 'E_CODED', type: 'CODED', data: { x: 1 } }),
    moleculer: () => new E.MoleculerError('moleculer failure', 501, 'MY_FAIL', { a: 5, deep: { b: [1, 2] } }),
    retryable: () => new E.MoleculerRetryableError('try again', 502, 'MY_RETRY', { a: 5 }),
    server: () => new E.MoleculerServerError('server failure', 500, 'MY_SERVER', { a: 5 }),
    client: () => new E.MoleculerClientError('client failure', 403, 'MY_CLIENT', { a: 5 }),
    validation: () => new E.ValidationError('not valid', 'MY_VALIDATION', [{ field: 'a', type: 'required' }]),
    notFound: () => new E.ServiceNotFoundError(where),
    notAvailable: () => new E.ServiceNotAvailableError(where),
    timeout: () => new E.RequestTimeoutError(where),
    skipped: () => new E.RequestSkippedError(where),
    rejected: () => new E.RequestRejectedError(where),
    queueFull: () => new E.QueueIsFullError({ ...where, size: 10, limit: 10 }),
    maxCallLevel: () => new E.MaxCallLevelError({ nodeID: 'some-node', level: 10 }),
    serviceSchema: () => new E.ServiceSchemaError('bad schema', { a: 1 }),
    brokerOptions: () => new E.BrokerOptionsError('bad options', { a: 1 }),
    gracefulStop: () => new E.GracefulStopTimeoutError({ service: { name: 'x', version: 1 } }),
    protocolMismatch: () => new E.ProtocolVersionMismatchError({ nodeID: 'n', actual: '4', received: '9' }),
    invalidPacket: () => new E.InvalidPacketDataError({ a: 1 }),
    brokerDisconnected: () => new E.BrokerDisconnectedError(),
    custom: () => new TeapotError(),
  };
  const actions = Object.fromEntries(
    Object.entries(errors).map(([kind, make]) => [
      kind,
      () => {
        throw make();
      },
    ]),
  );
  return {
    name: 'fail',
    actions: {
      ...actions,
      string() {
        throw 'just a string';
      },
      /** Fails because what it calls fails. */
      nested: (ctx) => ctx.call(ctx.params.action, ctx.params.params, ctx.params.opts),
      needsNumber: { params: { a: 'number', b: { type: 'string', min: 3 } }, handler: () => true },
      /** An Error with the given `name`, `message`, `code`, `type`, `data`, `retryable`. */
      any(ctx) {
        throw Object.assign(new Error(ctx.params.message), ctx.params);
      },
    },
  };
}
