import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as m14 from 'moleculer14';
import * as m15 from 'moleculer15';
import {
  BrokerDisconnectedError,
  BrokerOptionsError,
  GracefulStopTimeoutError,
  NodeIDConflictError,
} from '../../../lib/errors/broker.error.js';
import {
  MoleculerClientError,
  MoleculerError,
  MoleculerRetryableError,
  MoleculerServerError,
} from '../../../lib/errors/moleculer.error.js';
import { InvalidPacketDataError, ProtocolVersionMismatchError } from '../../../lib/errors/protocol.error.js';
import {
  MaxCallLevelError,
  QueueIsFullError,
  RequestAbortedError,
  RequestRejectedError,
  RequestSkippedError,
  RequestTimeoutError,
} from '../../../lib/errors/request.error.js';
import {
  ServiceNotAvailableError,
  ServiceNotFoundError,
  ServiceSchemaError,
} from '../../../lib/errors/service.error.js';
import { ValidationError } from '../../../lib/errors/validation.error.js';

type ErrorClass = new (...args: never[]) => Error;

const ours: Record<string, ErrorClass> = {
  MoleculerError,
  MoleculerRetryableError,
  MoleculerServerError,
  MoleculerClientError,
  ValidationError,
  ServiceNotFoundError,
  ServiceNotAvailableError,
  ServiceSchemaError,
  RequestTimeoutError,
  RequestSkippedError,
  RequestRejectedError,
  QueueIsFullError,
  MaxCallLevelError,
  BrokerDisconnectedError,
  BrokerOptionsError,
  GracefulStopTimeoutError,
  ProtocolVersionMismatchError,
  InvalidPacketDataError,
};

const call = { action: 'users.get', nodeID: 'node-1' };

/** Arguments of each constructor, as Moleculer's users write them. */
const samples: [name: string, args: unknown[]][] = [
  ['MoleculerError', ['no']],
  ['MoleculerError', ['no', 0]],
  ['MoleculerError', ['no', 418, 'TEAPOT', { a: 1 }]],
  ['MoleculerRetryableError', ['again', undefined, 'T']],
  ['MoleculerServerError', ['broken', 503, 'T', [1]]],
  ['MoleculerClientError', ['wrong']],
  ['MoleculerClientError', ['wrong', 409, 'CONFLICT', { id: 5 }]],
  ['ValidationError', ['Parameters validation error!', null, [{ field: 'a' }]]],
  ['ValidationError', ['x', 'OWN_TYPE']],
  ['ServiceNotFoundError', [call]],
  ['ServiceNotFoundError', [{ action: 'users.get' }]],
  ['ServiceNotFoundError', [{ service: 'users', version: 'v2' }]],
  ['ServiceNotFoundError', [{ service: 'users' }]],
  ['ServiceNotAvailableError', [call]],
  ['ServiceNotAvailableError', [{ action: 'users.get' }]],
  ['ServiceSchemaError', ['bad', { a: 1 }]],
  ['RequestTimeoutError', [call]],
  ['RequestSkippedError', [call]],
  ['RequestRejectedError', [call]],
  ['QueueIsFullError', [{ ...call, size: 5, limit: 5 }]],
  ['MaxCallLevelError', [{ nodeID: 'node-1', level: 11 }]],
  ['BrokerDisconnectedError', []],
  ['BrokerOptionsError', ['bad', { type: 'X' }]],
  ['GracefulStopTimeoutError', []],
  ['GracefulStopTimeoutError', [{ service: { name: 'users', version: 2 } }]],
  ['ProtocolVersionMismatchError', [{ nodeID: 'n', actual: '5', received: '4' }]],
  ['InvalidPacketDataError', [{ packet: 1 }]],
];

function facts(error: Error) {
  const { name, message, code, type, data, retryable } = error as Error & Record<string, unknown>;
  return { name, message, code, type, data, retryable, keys: Object.keys(error).sort() };
}

function ancestors(Class: unknown): string[] {
  const names: string[] = [];
  for (let at = Class; typeof at === 'function' && at.name !== ''; at = Object.getPrototypeOf(at))
    names.push(at.name);
  return names.filter((name) => name !== 'ExtendableError');
}

describe.each([
  ['0.14', m14.Errors],
  ['0.15', m15.Errors],
])('beside Moleculer %s', (_version, theirs) => {
  it.each(samples)('%s %j has the same fields and message', (name, args) => {
    const Theirs = (theirs as unknown as Record<string, ErrorClass>)[name]!;
    const mine = new ours[name]!(...(args as never[]));
    expect(facts(mine)).toEqual(facts(new Theirs(...(args as never[]))));
  });

  it.each(Object.keys(ours))('%s has the same ancestors', (name) => {
    expect(ancestors(ours[name])).toEqual(ancestors((theirs as unknown as Record<string, unknown>)[name]));
  });
});

describe('error classes', () => {
  it('show their name in the first line of the stack, subclasses of users too', () => {
    class OrderLimitError extends MoleculerClientError {}
    const error = new OrderLimitError('too much');
    expect(error.name).toBe('OrderLimitError');
    expect(error.stack).toMatch(/^OrderLimitError: too much\n\s+at /);
    expect(inspect(new RequestTimeoutError(call))).toContain('code: 504');
  });

  it('have no nodeID until one is set', () => {
    expect('nodeID' in new MoleculerError('x')).toBe(false);
  });

  it('can be made retryable', () => {
    expect(new MoleculerError('x', 500, undefined, undefined, true).retryable).toBe(true);
  });

  it('BrokerDisconnectedError tells the request and that it may have run', () => {
    const error = new BrokerDisconnectedError(call, 'It may have run.');
    expect(error.data).toEqual(call);
    expect(error.message).toMatch(/^The broker's transporter has disconnected\. .* It may have run\.$/);
    expect(error.stack).toBe(`BrokerDisconnectedError: ${error.message}`);
  });

  it('RequestRejectedError takes a reason too', () => {
    expect(new RequestRejectedError(call, 'It may have run.').message).toMatch(/node\. It may have run\.$/);
  });

  it('RequestAbortedError keeps the reason of the signal as cause, and is the caller’s own doing', () => {
    const error = new RequestAbortedError(call, 'enough');
    expect(facts(error)).toMatchObject({ code: 499, type: 'REQUEST_ABORTED', retryable: false, data: call });
    expect(error.cause).toBe('enough');
    expect(error.message).toContain("'users.get'");
    expect('cause' in new RequestAbortedError(call)).toBe(false);
  });

  it('NodeIDConflictError names the node and both instances', () => {
    const error = new NodeIDConflictError({ nodeID: 'n1', instanceID: 'aaa', otherInstanceID: 'bbb' });
    expect(error.message).toMatch(/'n1'.*bbb.*aaa/);
    expect(facts(error)).toMatchObject({ code: 500, type: 'NODE_ID_CONFLICT', retryable: false });
  });
});
