import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { compileLib } from './compiled-lib.js';
import { blocksOf, readPage, ROOT, snippetsOf } from './snippets.js';
import { redisUrl, uniqueNamespace } from './redis.js';
import { waitUntil } from './wait-until.js';

/** What a page writes for the Redis of its reader. */
const THEIR_REDIS = /'redis:\/\/(localhost|redis):6379'/g;

export interface Running {
  child: ChildProcess;
  said: { out: string; err: string };
  /** Code and signal. */
  ended: Promise<unknown[]>;
}

/**
 * The named files of a page as a reader would have them: `app/src/main.ts` is compiled to `app/dist/main.js`, beside a `node_modules`
 * with the library and the packages of this project. Redis is that of the tests, in a namespace of its own.
 */
export class PageProject {
  private readonly children = new Set<ChildProcess>();

  private constructor(
    readonly dir: string,
    readonly namespace: string,
    private readonly removeLib: () => Promise<void>,
  ) {}

  /** @param change what else is different here than at the reader's */
  static async make(page: string, change = (code: string): string => code): Promise<PageProject> {
    const lib = await compileLib();
    const exports = { '.': './lib/index.js', './*': './lib/*/index.js' };
    await writeFile(
      join(lib.dir, 'package.json'),
      JSON.stringify({ name: 'nestjs-moleculer', type: 'module', exports }),
    );
    const dir = await mkdtemp(join(tmpdir(), 'page-'));
    await linkPackages(join(dir, 'node_modules'), lib.dir);
    await writeFile(join(dir, 'package.json'), '{ "type": "module" }');
    const project = new PageProject(dir, uniqueNamespace('page'), lib.remove);
    const ours = `'${redisUrl()}', namespace: '${project.namespace}'`;
    const text = readPage(page);
    for (const { file, code } of snippetsOf(text)) {
      const target = file.replace(/(^|\/)src\//, '$1dist/').replace(/\.ts$/, '.js');
      await project.write(target, compile(change(code.replaceAll(THEIR_REDIS, ours))));
    }
    for (const { info, code } of blocksOf(text, 'js')) {
      // Scripts of the kind that `npm init -y` makes: CommonJS. Here Moleculer is there twice, by version.
      const own = code.replaceAll(THEIR_REDIS, ours).replace("'moleculer'", "'moleculer15'");
      if (info) await project.write(info.replace(/\.js$/, '.cjs'), own);
    }
    return project;
  }

  async write(file: string, code: string): Promise<void> {
    const target = join(this.dir, file);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, code);
  }

  start(program: string, env: NodeJS.ProcessEnv = {}, args: string[] = []): Running {
    const child = spawn(process.execPath, [join(this.dir, program), ...args], {
      cwd: this.dir,
      env: { ...process.env, NO_COLOR: '1', ...env },
    });
    this.children.add(child);
    const said = { out: '', err: '' };
    child.stdout.on('data', (text: Buffer) => (said.out += text.toString()));
    child.stderr.on('data', (text: Buffer) => (said.err += text.toString()));
    return { child, said, ended: once(child, 'close') };
  }

  /** Runs the `*.spec.js` files of a folder, as a reader's `npm test`. */
  /** Folders are those of the page. */
  async test(folder: string): Promise<{ code: unknown; out: string }> {
    // The limits are those of a reader's machine, which does nothing else.
    const test = { include: ['**/*.spec.js'], testTimeout: 120_000, hookTimeout: 120_000 };
    await this.write('vitest.config.js', `export default ${JSON.stringify({ test })};`);
    const running = this.start('node_modules/vitest/vitest.mjs', {}, ['run', '--dir', folder]);
    const [code] = await running.ended;
    return { code, out: running.said.out + running.said.err };
  }

  async remove(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL');
    await rm(this.dir, { recursive: true, force: true });
    await this.removeLib();
  }
}

async function linkPackages(target: string, lib: string): Promise<void> {
  await mkdir(target);
  const source = join(ROOT, 'node_modules');
  const names = (await readdir(source)).filter((name) => !name.startsWith('.'));
  await Promise.all(names.map((name) => symlink(join(source, name), join(target, name))));
  await symlink(lib, join(target, 'nestjs-moleculer'));
}

function compile(code: string): string {
  const compilerOptions: ts.CompilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2023,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  };
  return ts.transpileModule(code, { compilerOptions }).outputText;
}

/**
 * Waits until a program has said what the page shows of it: each line, in this order. Process and node IDs, times and the place of Redis
 * are those of the page's author, and the namespace is ours.
 */
export async function shows(said: { out: string }, expected: string): Promise<void> {
  await waitUntil(`output like\n${expected}\n`, () => isShown(said, expected)).catch((error: unknown) => {
    throw new Error(`${(error as Error).message}\nit said\n${said.out}`);
  });
}

/** Whether it has been said already. */
export function isShown(said: { out: string }, expected: string): boolean {
  const lines = expected.split('\n').filter((line) => line.trim() !== '');
  const pattern = new RegExp(lines.map(linePattern).join('[^]*?'));
  return pattern.test(said.out.replace(/ in namespace '\S+'/g, ''));
}

/** Until a port of 127.0.0.1 is open: Nest says that an application has started before it listens. */
export async function listens(port: number): Promise<void> {
  await waitUntil(`somebody to listen on ${port}`, async () => {
    const socket = connect(port, '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    return open;
  });
}

const linePattern = (line: string): string =>
  line
    .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replace(/laptop-\d+-\w+/g, '[\\w.-]+')
    .replace(/localhost:6379/g, '\\S+')
    .replace(/process \d+/g, 'process \\d+')
    .replace(/\d+ms/g, '[\\d.]+\\S?s');
