import { ioredisContender } from './ioredis.mjs';

/** A PUBLISH for each message. */
export const contender = ioredisContender((client) => (channel, text) => {
  client.publish(channel, text).catch(console.error);
});
