import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * The application's own copy of an optional package, at once: looked for from where the process runs, then from its main program. Not
 * from `import.meta`: tests that make CommonJS of this library could not be loaded.
 *
 * @throws what `require` throws; `MODULE_NOT_FOUND` if it is not installed
 */
export function loadFromApplication(name: string): unknown {
  // eslint-disable-next-line no-restricted-properties -- where the program lies, as cwd() says where it runs; no fact of a machine
  const places = [join(process.cwd(), 'package.json'), process.argv[1]].filter(
    (place) => place !== undefined,
  );
  let missing: unknown;
  for (const place of places) {
    try {
      return createRequire(place)(name);
    } catch (error) {
      if (!isMissing(error, name)) throw error;
      missing ??= error;
    }
  }
  throw missing;
}

/** The package itself is not there; what it may itself be missing is another matter. */
export function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const missing = code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
  return missing && String(message).includes(`'${name}'`);
}
