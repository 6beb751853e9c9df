import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { MoleculerModuleOptions } from '../../lib/options/moleculer-module-options.interface.js';
import { Child } from './child.js';
import { compileLib } from './compiled-lib.js';

/** The library and `makeNode` as plain JavaScript, for nodes of ours that run in processes of their own. */
export async function compileOwn(): Promise<{ dir: string; remove(): Promise<void> }> {
  const compiled = await compileLib();
  const source = await readFile(fileURLToPath(new URL('node.ts', import.meta.url)), 'utf8');
  const target = join(compiled.dir, 'test/support/node.js');
  await mkdir(dirname(target), { recursive: true });
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  await writeFile(target, ts.transpileModule(source, { compilerOptions }).outputText);
  return compiled;
}

/**
 * Starts a node of ours in its own process (own-child.mjs); `lib` is the folder that `compileOwn` made. With a `journal`, a file, it
 * bears and makes load (load.mjs).
 */
export async function startOwnChild(
  lib: string,
  options: MoleculerModuleOptions & { nodeID: string },
  journal?: string,
): Promise<OwnChild> {
  const args = [JSON.stringify({ lib, options, journal })];
  return new OwnChild(
    await Child.start('own-child.mjs', `our node "${options.nodeID}"`, args),
    options.nodeID,
  );
}

export class OwnChild {
  constructor(
    private readonly child: Child,
    readonly nodeID: string,
  ) {}

  call(action: string, params?: unknown, opts?: object): Promise<{ ok: boolean; result?: any; error?: any }> {
    return this.child.cmd('call', { action, params, opts });
  }

  stats(): Promise<{ readiness: any; pending: number; nodes: { id: string; available: boolean }[] }> {
    return this.child.cmd('stats');
  }

  events(): Promise<any[]> {
    return this.child.cmd('events');
  }

  logs(options: { clear?: boolean } = {}): Promise<{ level: string; text: string }[]> {
    return this.child.cmd('logs', options);
  }

  /** Any command of own-child.mjs. */
  cmd<T = any>(name: string, params?: object): Promise<T> {
    return this.child.cmd<T>(name, params);
  }

  /** Its stderr, the last 20,000 characters: warnings of Node.js and rejections that nobody handled. */
  stderr(): string {
    return this.child.stderr();
  }

  /** Leaves gracefully and must end by itself; its exit code. */
  stop(): Promise<number | NodeJS.Signals> {
    return this.child.stop();
  }

  kill(signal?: NodeJS.Signals): Promise<void> {
    return this.child.kill(signal);
  }

  get exited(): Promise<number | NodeJS.Signals> {
    return this.child.exited;
  }
}
