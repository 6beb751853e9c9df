/** What the figures were taken on. */
import { readFileSync } from 'node:fs';
import os from 'node:os';

const PACKAGES = ['moleculer15', 'moleculer14', '@nestjs/core', '@nestjs/microservices', 'ioredis', 'rxjs'];

export function describeMachine(extra = []) {
  const cpus = os.cpus();
  const load = os.loadavg().map((value) => value.toFixed(1));
  return [
    `${cpus[0]?.model.trim()}, ${cpus.length} CPUs, ${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.type()} ${os.release()}`,
    `load average ${load.join(' ')}; ${new Date().toISOString().slice(0, 16)}Z`,
    `Node ${process.version}; nestjs-moleculer ${version('package.json')}; ${PACKAGES.map(named).join(', ')}`,
    ...extra,
  ];
}

const named = (name) =>
  `${name.replace(/^moleculer1./, 'moleculer')} ${version(`node_modules/${name}/package.json`)}`;
// Read as files: not every package lets its package.json be imported.
const version = (file) => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')).version;
