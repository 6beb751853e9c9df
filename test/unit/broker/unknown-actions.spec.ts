import moleculer from 'moleculer15';
import { describe, expect, it } from 'vitest';
import { ServiceNotFoundError } from '../../../lib/errors/service.error.js';
import { Transporter } from '../../../lib/transporters/transporter.js';
import { announced, eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const { Regenerator } = moleculer.Errors as unknown as {
  Regenerator: new () => { restore(error: object, payload: object): Error };
};

recordLogs();
const cluster = eachCluster();

const messageOf = async (call: Promise<unknown>): Promise<string> => {
  const error: unknown = await call.catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ServiceNotFoundError);
  return (error as Error).message;
};

describe('a call of an action that nobody ever offered says', () => {
  it('which name was perhaps meant, here or elsewhere', async () => {
    const c = cluster();
    const { broker } = await c.started();
    await broker.createService({ name: 'greeter', version: 2, actions: { hello: () => 1, bye: () => 2 } });
    const peer = c.peer('peer');
    peer.services = [announced('users', { get: {}, list: {} })];
    peer.info();
    await c.settle();

    const meant = (name: string) => `Service '${name}' is not found. Did you mean`;
    expect(await messageOf(broker.call('v2.greeter.helo'))).toBe(
      `${meant('v2.greeter.helo')} 'v2.greeter.hello'?`,
    );
    expect(await messageOf(broker.call('v2.gretter.hello'))).toBe(
      `${meant('v2.gretter.hello')} 'v2.greeter.hello'?`,
    );
    expect(await messageOf(broker.call('user.get'))).toBe(`${meant('user.get')} 'users.get'?`);
    expect(await messageOf(broker.call('users.get2', {}, { nodeID: 'peer' }))).toMatch(
      /'peer' node. Did you mean 'users\.get'/,
    );
    // Nothing is near: what the service has.
    expect(await messageOf(broker.call('users.removeEverything'))).toMatch(
      /Service 'users' has: users\.get, users\.list\.$/,
    );
  });

  it('nothing of private actions, nor of those that are gone', async () => {
    const { broker } = await cluster().started();
    await broker.createService({
      name: 's',
      actions: { secret: { visibility: 'private', handler: () => 1 } },
    });
    const gone = await broker.createService({ name: 't', actions: { there: () => 1 } });
    await gone.destroy();
    expect(await messageOf(broker.call('s.secre'))).not.toContain('secret');
    expect(await messageOf(broker.call('t.ther'))).not.toContain('there');
  });

  it('how to wait for a service that is not there yet', async () => {
    const { broker } = await cluster().started();
    expect(await messageOf(broker.call('v2.users.get'))).toBe(
      "Service 'v2.users.get' is not found. No node of this namespace offers 'v2.users' now; waitForServices('v2.users') waits for one.",
    );
  });

  it('that there is no transporter, or no connection and why', async () => {
    const c = cluster();
    const alone = await c.started({ transporter: null });
    expect(await messageOf(alone.broker.call('users.get'))).toMatch(/This node has no transporter/);

    const early = c.node();
    await early.broker.createService({ name: 'own', actions: { go: () => 1 } });
    expect(await messageOf(early.broker.call('users.get'))).toMatch(
      /not joined its cluster yet.*onApplicationBootstrap/,
    );

    class Refused extends Transporter {
      connect = () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:1'));
      disconnect = () => Promise.resolve();
      subscribe = () => Promise.resolve();
      send = () => undefined;
    }
    const cut = await c.started({ transporter: new Refused() });
    expect(await messageOf(cut.broker.call('users.get'))).toMatch(
      /This node is not connected to its cluster: connect ECONNREFUSED 127\.0\.0\.1:1\.$/,
    );
  });

  it('that the application has not begun, and nothing of transporters, which are no matter then', async () => {
    const c = cluster();
    const begin = /The application has not been initialised yet: .* after `await app\.init\(\)`\.$/;
    expect(await messageOf(c.node({ transporter: null }).broker.call('users.get'))).toMatch(begin);
    expect(await messageOf(c.node().broker.call('users.get'))).toMatch(begin);
  });

  it('that the node has left, where it will not join any more', async () => {
    const { broker, node } = await cluster().started();
    await cluster().until(node.stop());
    expect(await messageOf(broker.call('users.get'))).toBe(
      "Service 'users.get' is not found. This node has left its cluster.",
    );
  });

  it('no more to Moleculer.js nodes than their own would', async () => {
    const c = cluster();
    const { broker } = await c.started();
    await broker.createService({ name: 'here', actions: { go: (ctx) => ctx.call('nobody.there') } });
    const peer = c.peer('peer').behave();
    peer.send('REQ', broker.nodeID, {
      id: '1',
      action: 'here.go',
      params: {},
      meta: {},
      timeout: 0,
      level: 1,
      tracing: false,
      parentID: null,
      requestID: 'r',
      caller: null,
      stream: false,
    });
    await c.settle();
    const [response] = peer.got('RES') as { error: Error }[];
    // A Moleculer.js node makes the message anew, of the data.
    const restored = new Regenerator().restore(response!.error, {});
    expect(restored).toMatchObject({
      name: 'ServiceNotFoundError',
      message: "Service 'nobody.there' is not found.",
    });
  });
});
