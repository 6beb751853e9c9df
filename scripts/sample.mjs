/** `npm run sample 01-hello`: builds what is not up to date, then runs the sample. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/** Newest change of a source, ms. What tests of a sample keep in its `node_modules` is none. */
function newest(folder) {
  const files = readdirSync(folder, { recursive: true }).filter(
    (file) => /\.(ts|mjs|json)$/.test(file) && !file.includes('node_modules'),
  );
  return Math.max(...files.map((file) => statSync(join(folder, file)).mtimeMs));
}

const isOlder = (output, time) => !existsSync(output) || statSync(output).mtimeMs < time;

/** Resolves with the exit code. */
function run(command, args) {
  const child = spawn(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** A sample is a program or, where it has a configuration of Vitest, tests. */
const isTests = (name) => existsSync(`sample/${name}/vitest.config.ts`);

async function main([name, ...rest]) {
  const samples = readdirSync('sample').filter(
    (folder) => existsSync(`sample/${folder}/main.ts`) || isTests(folder),
  );
  if (!samples.includes(name)) {
    console.error(`Which sample? npm run sample <name>, one of: ${samples.join(', ')}`);
    return 2;
  }
  const stale = [
    ...(isOlder('dist/index.js', newest('lib')) ? ['build'] : []),
    ...(!isTests(name) && isOlder(`dist-sample/${name}/main.js`, newest('sample')) ? ['build:samples'] : []),
  ];
  for (const script of stale) {
    const code = await run('npm', ['run', '--silent', script]);
    if (code !== 0) return code;
  }
  if (isTests(name)) return run('npx', ['vitest', 'run', '--root', `sample/${name}`, ...rest]);
  return run(process.execPath, [`dist-sample/${name}/main.js`, ...rest]);
}

process.exitCode = await main(process.argv.slice(2));
