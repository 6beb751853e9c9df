/** A project as `nest new` makes it, with the library added: built, started, called by another process, tested. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../processes.mjs';
import { must, versionOf } from './fresh-app.mjs';
import { SPEC } from './programs.mjs';

const SERVICE = `import { Action, Service } from 'nestjs-moleculer';
import { AppService } from './app.service.js';

@Service('greeter')
export class GreeterService {
  constructor(private readonly app: AppService) {}
  @Action() hello(params: { name: string }) { return this.app.getHello() + ' ' + params.name; }
}
`;

/** What a user types into the module that is there. */
function withLibrary(source) {
  return `import { MoleculerModule } from 'nestjs-moleculer';\nimport { GreeterService } from './greeter.service.js';\n${source}`
    .replace(
      'imports: []',
      'imports: [MoleculerModule.forRoot({ transporter: process.env.REDIS_URL, namespace: process.env.NAMESPACE })]',
    )
    .replace('providers: [', 'providers: [GreeterService, ');
}

async function createProject(dir) {
  const nest = join(dir, 'node_modules/.bin/nest');
  await must(
    'nest new',
    run(nest, ['new', 'project', '--skip-install', '--skip-git', '--package-manager', 'npm'], {
      cwd: dir,
      timeout: 120_000,
    }),
  );
  const project = join(dir, 'project');
  const module = join(project, 'src/app.module.ts');
  writeFileSync(join(project, 'src/greeter.service.ts'), SERVICE);
  writeFileSync(join(project, 'src/math.spec.ts'), SPEC);
  writeFileSync(module, withLibrary(readFileSync(module, 'utf8')));
  return { nest, project };
}

/** Starts the project, calls it with the program that the package brings, and stops it with SIGTERM. */
async function startAndCall({ nest, project }, dir, redis) {
  const namespace = `consumer-${process.pid}-${Date.now()}`;
  const env = { ...process.env, PORT: '0', REDIS_URL: redis, NAMESPACE: namespace };
  const child = spawn(nest, ['start'], {
    cwd: project,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const started = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said += text;
        if (said.includes('Nest application successfully started')) resolve(true);
      });
    }
  });
  const ended = once(child, 'exit').then(() => false);
  try {
    const late = new Promise((resolve) => setTimeout(resolve, 90_000, false).unref());
    if (!(await Promise.race([started, ended, late])))
      return { code: 1, stdout: said, stderr: 'nest start: not started' };
    const bin = join(dir, 'node_modules/.bin/nestjs-moleculer');
    // As in a shell: the program reads its lines from a pipe.
    const shell = `echo 'call greeter.hello --name Nest' | '${bin}' --ns ${namespace}`;
    const { code, stdout, stderr } = await run('sh', ['-c', shell], {
      cwd: dir,
      env: { ...process.env, TRANSPORTER: redis },
      timeout: 60_000,
    });
    const answered = stdout.includes("'Hello World! Nest'");
    return { code: code === 0 && answered ? 0 : 1, stdout: `${said}\n${stdout}`, stderr };
  } finally {
    if (child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
    await ended;
  }
}

export async function checkNestProject(dir, nest, nodes, redis, matrix) {
  const made = await createProject(dir);
  const cli = `nest new (CLI ${versionOf(dir, '@nestjs/cli')})`;
  const built = await run(made.nest, ['build'], { cwd: made.project, timeout: 120_000 });
  matrix.add({ nest, how: `${cli}, nest build`, node: process.versions.node }, built, 'compiles');
  const called = await startAndCall(made, dir, redis);
  matrix.add(
    { nest, how: `${cli}, nest start`, node: process.versions.node },
    called,
    'answers greeter.hello to npx nestjs-moleculer over redis',
  );
  const vitest = join(dir, 'node_modules/vitest/vitest.mjs');
  for (const { file, version: node } of nodes) {
    const tested = await run(file, [vitest, 'run', 'src/math.spec.ts'], {
      cwd: made.project,
      timeout: 120_000,
    });
    matrix.add(
      { nest, how: `${cli}, Vitest ${versionOf(dir, 'vitest')}`, node },
      tested,
      '1 test with nestjs-moleculer/testing',
    );
  }
}
