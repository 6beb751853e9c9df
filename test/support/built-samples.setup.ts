import { fileURLToPath } from 'node:url';
import { run } from '../../scripts/processes.mjs';

const PROGRAM = fileURLToPath(new URL('../../scripts/sample.mjs', import.meta.url));

/** Before the first file: builds of the samples what is missing or old. A build empties its folder, where other tests would be running. */
export default async function setup(): Promise<void> {
  const { code, stdout, stderr } = await run(process.execPath, [PROGRAM, 'demo', '--help'], {
    timeout: 240_000,
  });
  if (code !== 0) throw new Error(`The samples could not be built:\n${stdout}${stderr}`);
}
