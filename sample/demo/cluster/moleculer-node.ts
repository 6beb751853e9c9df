import { createRequire } from 'node:module';
import type { Node, NodeSettings } from './node.js';

/** A node that knows nothing of Nest: Moleculer.js 0.15, as its own documentation would write it. */
export async function startMoleculer({ nodeID, namespace, transporter }: NodeSettings): Promise<Node> {
  const { ServiceBroker } = createRequire(import.meta.url)('moleculer15');
  const broker = new ServiceBroker({ nodeID, namespace, transporter, logger: false });
  const heard: string[] = [];

  broker.createService({
    name: 'carrier',
    actions: {
      quote: {
        params: { kg: 'number' },
        handler: (ctx: any) => ({ price: 3 * ctx.params.kg, by: `Moleculer.js ${broker.MOLECULER_VERSION}` }),
      },
      async ship(ctx: any) {
        const reservation = await ctx.call('stock.reserve', ctx.params);
        await ctx.emit('parcel.sent', reservation);
        return reservation;
      },
    },
    events: {
      'shop.*': (ctx: any) => void heard.push(ctx.eventName),
    },
  });
  broker.createService({ name: 'journal', actions: { entries: () => heard } });

  await broker.start();
  return { leave: () => broker.stop() };
}
