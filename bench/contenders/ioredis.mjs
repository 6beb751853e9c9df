/** The least that can be done over ioredis: small JSON messages, a Map of who waits. No discovery, no errors, no time limits. */
import { Redis } from 'ioredis';
import { untilAnswered } from './until-answered.mjs';

/** @param {(client: Redis) => (channel: string, text: string) => void} publisher */
export function ioredisContender(publisher) {
  async function open(where, channels, onMessage) {
    const subscriber = new Redis(where.redisUrl);
    subscriber.on('message', (_, text) => onMessage(JSON.parse(text)));
    await subscriber.subscribe(...channels.map((channel) => `${where.namespace}.${channel}`));
    return publisher(new Redis(where.redisUrl));
  }

  return {
    balances: false,

    async serve(where) {
      const publish = await open(where, ['server', 'event'], (message) => {
        if (message.event !== undefined) where.received(message.data);
        else publish(message.sender, JSON.stringify({ id: message.id, data: message.params }));
      });
    },

    async connect(where) {
      const sender = `${where.namespace}.${where.nodeID}`;
      const waiting = new Map();
      const publish = await open(where, [where.nodeID], ({ id, data }) => {
        const resolve = waiting.get(id);
        waiting.delete(id);
        resolve?.(data);
      });
      const server = `${where.namespace}.server`;
      const channel = `${where.namespace}.event`;
      let sequence = 0;
      const call = (params) =>
        new Promise((resolve) => {
          const id = `c-${(++sequence).toString(36)}`;
          waiting.set(id, resolve);
          publish(server, JSON.stringify({ id, action: 'echo.reply', sender, params }));
        });
      const emit = async (data) => publish(channel, JSON.stringify({ event: 'bench.happened', data }));
      await untilAnswered(call);
      return { call, emit, broadcast: emit };
    },
  };
}
