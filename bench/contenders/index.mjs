/**
 * Who takes part. A contender is `{ serve?, connect?, local? }`:
 *
 * - `serve({ redisUrl, namespace, nodeID, port, received })`: answers calls with what it was sent and gives events to `received`
 * - `connect({ redisUrl, namespace, nodeID, port })`: `{ call(params), emit(payload), broadcast(payload) }`, once calls are answered
 * - `local({ received })`: all in one process, the methods named in `LOCAL_METHODS`, or those of the workloads of `handlers`
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const FILES = {
  'moleculer-0.15': './moleculer-15.mjs',
  'moleculer-0.15-timeout': './moleculer-15-timeout.mjs',
  'moleculer-0.14': './moleculer-14.mjs',
  'nestjs-moleculer': './nestjs-moleculer.mjs',
  'nest-redis': './nest-redis.mjs',
  'nest-tcp': './nest-tcp.mjs',
  'ioredis-publish': './ioredis-publish.mjs',
  'ioredis-script': './ioredis-script.mjs',
  function: './function.mjs',
  'handlers-plain': './handlers-plain.mjs',
  'handlers-compiled': './handlers-compiled.mjs',
  'handlers-nest': './handlers-nest.mjs',
};

export const LOCAL_METHODS = ['reply', 'later', 'checked', 'emitOne', 'emitTen', 'emitWild'];

export const DEFAULTS = {
  remote: [
    'moleculer-0.15',
    'nestjs-moleculer',
    'nest-redis',
    'nest-tcp',
    'ioredis-publish',
    'ioredis-script',
  ],
  local: ['moleculer-0.15', 'moleculer-0.15-timeout', 'nestjs-moleculer', 'function'],
  handlers: ['handlers-plain', 'handlers-compiled', 'handlers-nest'],
  events: ['moleculer-0.15', 'nestjs-moleculer', 'nest-redis', 'ioredis-publish', 'ioredis-script'],
};

/** @param {string} name one of the above, or the path of a module that exports `contender` */
export async function loadContender(name) {
  const file = FILES[name] ?? (existsSync(name) ? pathToFileURL(resolve(name)).href : undefined);
  if (file === undefined)
    throw new Error(
      `No contender '${name}'. There are ${Object.keys(FILES).join(', ')}, or the path of a module.`,
    );
  return (await import(file)).contender;
}
