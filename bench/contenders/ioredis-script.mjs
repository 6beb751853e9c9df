import { ioredisContender } from './ioredis.mjs';

const SCRIPT = "for i = 1, #ARGV, 2 do redis.call('PUBLISH', ARGV[i], ARGV[i + 1]) end";
const MAX_PACKETS = 256;
const MAX_SIZE = 64 * 1024;

/** What one turn of the event loop sends goes as one script call; one message alone as a PUBLISH. */
export const contender = ioredisContender((client) => {
  client.defineCommand('publishAll', { numberOfKeys: 0, lua: SCRIPT });
  let packets = [];
  let size = 0;
  let scheduled = false;
  const flush = () => {
    if (packets.length === 0) return;
    const sent = packets;
    packets = [];
    size = 0;
    const done = sent.length === 2 ? client.publish(sent[0], sent[1]) : client.publishAll(...sent);
    done.catch(console.error);
  };
  const endOfTurn = () => {
    scheduled = false;
    flush();
  };
  return (channel, text) => {
    size += text.length;
    if (packets.push(channel, text) >= 2 * MAX_PACKETS || size >= MAX_SIZE) flush();
    else if (!scheduled) {
      scheduled = true;
      process.nextTick(endOfTurn);
    }
  };
});
