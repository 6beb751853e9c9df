/** Moleculer.js itself, as its guide writes a service. */

/** @param {{ ServiceBroker: new (options: object) => any }} moleculer @param {object} [options] broker options */
export function moleculerContender({ ServiceBroker }, options = {}) {
  const broker = ({ redisUrl, namespace, nodeID }) =>
    new ServiceBroker({ logger: false, nodeID, namespace, transporter: redisUrl ?? null, ...options });

  return {
    async serve(where) {
      const node = broker(where);
      node.createService({
        name: 'echo',
        actions: { reply: (ctx) => ctx.params },
        events: { 'bench.happened': (ctx) => where.received(ctx.params) },
      });
      await node.start();
    },

    async connect(where) {
      const node = broker(where);
      await node.start();
      await node.waitForServices('echo', 10_000);
      return {
        call: (params) => node.call('echo.reply', params),
        emit: (payload) => node.emit('bench.happened', payload),
        broadcast: (payload) => node.broadcast('bench.happened', payload),
      };
    },

    async local({ received }) {
      const node = broker({ nodeID: 'local' });
      const listener = (ctx) => received(ctx.params);
      node.createService({
        name: 'echo',
        actions: {
          reply: (ctx) => ctx.params,
          later: async (ctx) => {
            await null;
            return ctx.params;
          },
          checked: { params: { n: 'number', items: 'array', text: 'string' }, handler: (ctx) => ctx.params },
        },
        events: { 'one.happened': listener },
      });
      for (let i = 0; i < 10; i++)
        node.createService({
          name: `listener${i}`,
          events: { 'ten.happened': listener, 'wild.*': listener },
        });
      await node.start();
      return {
        reply: (params) => node.call('echo.reply', params),
        later: (params) => node.call('echo.later', params),
        checked: (params) => node.call('echo.checked', params),
        emitOne: (payload) => node.emit('one.happened', payload),
        emitTen: (payload) => node.emit('ten.happened', payload),
        emitWild: (payload) => node.emit('wild.card', payload),
      };
    },
  };
}
