/**
 * The comparison of the README, measured: `npm run compare`. Two instances of one service in one process, one Redis, default options.
 * Prints the table; `--json` prints what was measured.
 */
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import { findRedis } from '../../scripts/find-redis.mjs';
import { measureMicroservices } from './microservices.mjs';
import { measureMoleculer } from './moleculer.mjs';
import { comparison } from './table.mjs';

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const manifest = new URL('../../node_modules/@nestjs/microservices/package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(manifest, 'utf8'));

Logger.overrideLogger(false);
const redis = await findRedis({ log: (line) => console.error(line) });
try {
  const measured = {
    microservices: await measureMicroservices(redis.url),
    moleculer: await measureMoleculer(redis.url),
  };
  console.log(options.json ? JSON.stringify(measured, null, 2) : await comparison(version, measured));
} finally {
  await redis.stop();
}
