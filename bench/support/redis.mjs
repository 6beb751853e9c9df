/** The server that is measured over: our own if the binary is installed, so that its CPU is only what we cause. */
import { Redis } from 'ioredis';
import { findRedis } from '../../scripts/find-redis.mjs';
import { which } from '../../scripts/processes.mjs';
import { startServer } from '../../scripts/redis-process.mjs';

/** Nobody answers an event, so a sender may be ahead of a receiver: the server must not hang up on it for that. */
const UNLIMITED = ['--client-output-buffer-limit', 'pubsub 0 0 0'];

export async function openRedis() {
  const binary = which('redis-server') ?? which('valkey-server');
  const server = binary === null ? await findRedis() : await startServer(binary, { args: UNLIMITED });
  const control = new Redis(server.url);
  const version = /^redis_version:(\S+)/m.exec(await control.info('server'))?.[1] ?? '?';
  return {
    url: server.url,
    about: `Redis ${version}, ${binary === null ? `${server.how}: its CPU may include others' work` : 'a server of its own'}`,
    /** CPU used so far, in microseconds. */
    async cpu() {
      const info = await control.info('cpu');
      const seconds = (name) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
      return (seconds('used_cpu_sys') + seconds('used_cpu_user')) * 1e6;
    },
    async stop() {
      control.disconnect();
      await server.stop();
    },
  };
}
