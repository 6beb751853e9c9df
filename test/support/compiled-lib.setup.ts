import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder with the library as plain JavaScript under `lib`; whoever adds to it makes a folder of his own (compiled-lib.ts). */
    compiledLib: string;
  }
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Before the first file: the library as plain JavaScript, for child processes; needs no build and no check of types. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'compiled-lib-'));
  await symlink(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
  await writeFile(join(dir, 'package.json'), '{ "type": "module" }');
  const files = (await readdir(join(ROOT, 'lib'), { recursive: true })).filter((file) =>
    file.endsWith('.ts'),
  );
  await Promise.all(
    files.map(async (file) => {
      const target = join(dir, 'lib', file.replace(/\.ts$/, '.js'));
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, compile(await readFile(join(ROOT, 'lib', file), 'utf8')));
    }),
  );
  project.provide('compiledLib', dir);
  return () => rm(dir, { recursive: true, force: true });
}

function compile(source: string): string {
  const { ModuleKind, ScriptTarget } = ts;
  const compilerOptions: ts.CompilerOptions = {
    module: ModuleKind.ESNext,
    target: ScriptTarget.ES2023,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  };
  return ts.transpileModule(source, { compilerOptions }).outputText;
}
