// A Moleculer.js node as its own documentation would write it. It knows nothing of Nest.
// In a project of your own: import { ServiceBroker } from 'moleculer';
import moleculer from 'moleculer15';

const { NAMESPACE: namespace, REDIS_URL: transporter } = process.env;
const broker = new moleculer.ServiceBroker({ nodeID: 'math-js', namespace, transporter, logLevel: 'warn' });

broker.createService({
  name: 'math',
  actions: {
    add: {
      params: { a: 'number', b: 'number' },
      handler: (ctx) => ctx.params.a + ctx.params.b,
    },
    random(ctx) {
      // The number needs a while: it arrives as an event.
      setTimeout(() => ctx.emit('ev_random_number', { number: Math.floor(Math.random() * 100) }), 200);
      return 'on its way';
    },
  },
  events: {
    async 'tally.full'(ctx) {
      const numbers = await ctx.call('tally.numbers');
      console.log(
        `Moleculer.js: heard tally.full from ${ctx.nodeID}, called tally.numbers: ${numbers.join(', ')}`,
      );
      await ctx.emit('math.summed', { sum: numbers.reduce((sum, number) => sum + number, 0) });
    },
  },
});

await broker.start();
