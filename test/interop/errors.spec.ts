import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as broker from '../../lib/errors/broker.error.js';
import * as base from '../../lib/errors/moleculer.error.js';
import * as protocol from '../../lib/errors/protocol.error.js';
import * as request from '../../lib/errors/request.error.js';
import * as service from '../../lib/errors/service.error.js';
import { ValidationError } from '../../lib/errors/validation.error.js';
import { Cluster, VERSIONS, type OwnNode } from '../support/cluster.js';
import { FAILURES } from '../support/own-failures.js';
import type { Peer } from '../support/peer.js';

const where = { action: 'some.action', nodeID: 'some-node' };

interface Expected {
  is: abstract new (...args: never[]) => Error;
  not?: typeof base.MoleculerError;
  name?: string;
  message?: string;
  code?: number | string;
  type?: string;
  data?: unknown;
  retryable?: boolean;
}

/** What our caller gets for `fail.<kind>` of a Moleculer node. */
const TABLE: Record<string, Expected> = {
  plain: { is: Error, not: base.MoleculerError, name: 'Error', message: 'plain failure' },
  typeError: { is: Error, not: base.MoleculerError, name: 'TypeError', message: 'wrong type' },
  coded: { is: Error, code: 'E_CODED', type: 'CODED', data: { x: 1 }, retryable: false },
  moleculer: {
    is: base.MoleculerError,
    code: 501,
    type: 'MY_FAIL',
    data: { a: 5, deep: { b: [1, 2] } },
    retryable: false,
  },
  retryable: {
    is: base.MoleculerRetryableError,
    code: 502,
    type: 'MY_RETRY',
    data: { a: 5 },
    retryable: true,
  },
  server: { is: base.MoleculerServerError, code: 500, type: 'MY_SERVER', data: { a: 5 }, retryable: true },
  client: { is: base.MoleculerClientError, code: 403, type: 'MY_CLIENT', data: { a: 5 }, retryable: false },
  validation: {
    is: ValidationError,
    code: 422,
    type: 'MY_VALIDATION',
    data: [{ field: 'a', type: 'required' }],
  },
  notFound: {
    is: service.ServiceNotFoundError,
    code: 404,
    type: 'SERVICE_NOT_FOUND',
    data: where,
    retryable: true,
  },
  notAvailable: {
    is: service.ServiceNotAvailableError,
    code: 404,
    type: 'SERVICE_NOT_AVAILABLE',
    data: where,
  },
  timeout: {
    is: request.RequestTimeoutError,
    code: 504,
    type: 'REQUEST_TIMEOUT',
    data: where,
    retryable: true,
  },
  skipped: {
    is: request.RequestSkippedError,
    code: 514,
    type: 'REQUEST_SKIPPED',
    data: where,
    retryable: false,
  },
  rejected: {
    is: request.RequestRejectedError,
    code: 503,
    type: 'REQUEST_REJECTED',
    data: where,
    retryable: true,
  },
  queueFull: {
    is: request.QueueIsFullError,
    code: 429,
    type: 'QUEUE_FULL',
    data: { ...where, size: 10, limit: 10 },
  },
  maxCallLevel: {
    is: request.MaxCallLevelError,
    code: 500,
    type: 'MAX_CALL_LEVEL',
    data: { nodeID: 'some-node', level: 10 },
  },
  serviceSchema: { is: service.ServiceSchemaError, code: 500, type: 'SERVICE_SCHEMA_ERROR', data: { a: 1 } },
  brokerOptions: { is: broker.BrokerOptionsError, code: 500, type: 'BROKER_OPTIONS_ERROR', data: { a: 1 } },
  gracefulStop: { is: broker.GracefulStopTimeoutError, code: 500, type: 'GRACEFUL_STOP_TIMEOUT' },
  protocolMismatch: {
    is: protocol.ProtocolVersionMismatchError,
    code: 500,
    type: 'PROTOCOL_VERSION_MISMATCH',
  },
  invalidPacket: { is: protocol.InvalidPacketDataError, code: 500, type: 'INVALID_PACKET_DATA' },
  brokerDisconnected: { is: broker.BrokerDisconnectedError, code: 502, type: 'BAD_GATEWAY', retryable: true },
  custom: {
    is: Error,
    name: 'TeapotError',
    code: 418,
    type: 'TEAPOT',
    data: { teapot: true },
    retryable: false,
  },
  string: { is: base.MoleculerError, message: 'just a string', code: 500, retryable: false },
};

describe.each(VERSIONS)('errors to and from Moleculer 0.$version', ({ version }) => {
  let cluster: Cluster;
  let own: OwnNode;
  let peer: Peer;
  let other: Peer;

  beforeAll(async () => {
    cluster = new Cluster({ label: 'errors', version });
    const services = ['fail', 'echo'];
    [own, peer, other] = await Promise.all([
      cluster.own({ exposeStack: true }),
      cluster.peer({ services }),
      cluster.peer({ services }),
    ]);
    await Promise.all([own.waitForEndpoints('fail.plain', 2), peer.waitForServices('ownfail')]);
    await peer.waitForEndpoints('fail.plain', 2);
  });
  afterAll(() => cluster.close());

  it.each(FAILURES)('we get a Moleculer node’s failure "%s" as what it was', async (kind) => {
    const { is, not, ...fields } = TABLE[kind];
    const error = await own.failure(`fail.${kind}`, {}, { nodeID: peer.nodeID });
    expect(error).toBeInstanceOf(is);
    if (not) expect(error).not.toBeInstanceOf(not);
    expect({ ...error, name: error.name, message: error.message }).toMatchObject(fields);
    // As it was thrown; between Moleculer nodes some messages are made anew and lose a name.
    expect(error.message).toBe(
      (await peer.outcome(`fail.${kind}`, {}, { nodeID: peer.nodeID })).error!.message,
    );
    expect(error.nodeID).toBe(peer.nodeID);
    expect(error.stack).toContain(error.message);
  });

  it.each(FAILURES)('a Moleculer node gets our failure "%s" as it gets its like’s', async (kind) => {
    const ours = (await peer.outcome(`ownfail.${kind}`, {})).error!;
    const theirs = (await peer.outcome(`fail.${kind}`, {}, { nodeID: other.nodeID })).error!;
    const { nodeID, stack, ...facts } = ours;
    const { nodeID: _nodeID, stack: _stack, ...expected } = theirs;
    expect(facts).toEqual(expected);
    expect(nodeID).toBe(own.nodeID);
    expect(stack).toMatch(/^\w*Error: /);
  });

  it('params that do not fit name field, rule, caller and action, both ways', async () => {
    const params = { a: 'x', b: 'y' };
    const got: any = await own.failure('fail.needsNumber', params);
    expect(got).toBeInstanceOf(ValidationError);
    expect(got).toMatchObject({ code: 422, type: 'VALIDATION_ERROR', retryable: false });
    expect(got.data.map(({ field, type }: any) => [field, type])).toEqual([
      ['a', 'number'],
      ['b', 'stringMin'],
    ]);
    const ours = (await peer.outcome('ownfail.needsNumber', params)).error!;
    const theirs = (await peer.outcome('fail.needsNumber', params, { nodeID: other.nodeID })).error!;
    const named = (data: any[]) =>
      data.map((issue) => ({ ...issue, action: issue.action.replace(/^own/, '') }));
    expect(ours).toMatchObject({
      class: 'ValidationError',
      message: theirs.message,
      code: 422,
      type: theirs.type,
    });
    expect(named(ours.data)).toEqual(theirs.data);
  });

  it('an error keeps the node where it arose, over two hops', async () => {
    const params = { action: 'ownfail.custom', params: {} };
    expect(await own.failure('fail.nested', params, { nodeID: peer.nodeID })).toMatchObject({
      name: 'TeapotError',
      code: 418,
      nodeID: own.nodeID,
    });
    const back = await peer.outcome('ownfail.nested', {
      action: 'fail.custom',
      opts: { nodeID: other.nodeID },
    });
    expect(back.error).toMatchObject({ name: 'TeapotError', code: 418, nodeID: other.nodeID });
  });

  it('an error class that nobody knows keeps its fields', async () => {
    const fields = {
      name: 'OddError',
      message: 'odd',
      code: 409,
      type: 'ODD',
      data: { x: [1] },
      retryable: true,
    };
    expect(await own.failure('fail.any', fields)).toMatchObject(fields);
    expect((await peer.outcome('ownfail.any', fields)).error).toMatchObject(fields);
  });

  it('an unknown action is "not found", with the facts that Moleculer gives', async () => {
    const ours: any = await own.failure('no.such');
    expect(ours).toBeInstanceOf(service.ServiceNotFoundError);
    const theirs = (await peer.outcome('no.such')).error!;
    expect([ours.code, ours.type, ours.data]).toEqual([theirs.code, theirs.type, theirs.data]);
    // Ours goes on with what may help.
    expect(ours.message).toBe(
      `${theirs.message} No node of this namespace offers 'no' now; waitForServices('no') waits for one.`,
    );
    const directed = await own.failure('fail.plain', {}, { nodeID: 'nobody' });
    expect(directed).toBeInstanceOf(service.ServiceNotFoundError);
    expect(directed.data).toEqual({ action: 'fail.plain', nodeID: 'nobody' });
  });

  it('nothing is left waiting', () => {
    expect(own.pending).toBe(0);
  });
});

describe.each(VERSIONS)('stacks and Moleculer 0.$version', ({ version }) => {
  it('are not sent unless exposed, and their absence harms nobody', async () => {
    const cluster = new Cluster({ label: 'stack', version });
    try {
      const [own, peer] = await Promise.all([
        cluster.own({ exposeStack: false }),
        cluster.peer({ services: ['fail'] }),
      ]);
      await peer.waitForServices('ownfail');
      const { error } = await peer.outcome('ownfail.moleculer');
      expect(error).toMatchObject({ class: 'MoleculerError', code: 501, nodeID: own.nodeID });
      expect(error!.stack ?? '').not.toContain('own-failures');
    } finally {
      await cluster.close();
    }
  });
});
