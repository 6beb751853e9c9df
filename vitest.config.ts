import { defineConfig } from 'vitest/config';

const source = (file: string) => new URL(file, import.meta.url).pathname;

export default defineConfig({
  resolve: {
    // What a user imports by name is the source here, so that tests and coverage see what is being written.
    alias: [
      { find: /^nestjs-moleculer$/, replacement: source('./lib/index.ts') },
      {
        find: /^nestjs-moleculer\/(microservices|terminus|testing|repl)$/,
        replacement: source('./lib/') + '$1/index.ts',
      },
    ],
  },
  test: {
    retry: 0,
    reporters: ['default', './test/support/second-tries.reporter.ts'],
    // Limits are there to end what hangs, on the slowest machine; no test measures time by them.
    teardownTimeout: 30_000,
    // Order must not matter; the seed is printed, and `--sequence.seed=N` repeats a run.
    sequence: { shuffle: { files: true, tests: true } },
    coverage: {
      provider: 'v8',
      include: ['lib/**/*.ts'],
      reporter: ['text-summary', 'text', 'html'],
      reportsDirectory: 'coverage',
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.spec.ts'],
          // Nest and the library are loaded once per worker, not once per file: that was half of the time.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // These start processes and servers, and wait for them more than they work: two files at a time. The limits are only there to
        // fail: a loaded machine is slow.
        extends: true,
        test: {
          name: 'system',
          include: ['test/{integration,interop,e2e}/**/*.spec.ts'],
          globalSetup: [
            'test/support/compiled-lib.setup.ts',
            'test/support/built-samples.setup.ts',
            'test/support/redis.setup.ts',
          ],
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
