import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // As Jest has them: the specs import neither.
    globals: true,
    include: ['*.spec.ts'],
  },
});
