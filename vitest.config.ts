import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { Tally } from './scripts/tally.ts';

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'scripts/test/**/*.test.ts'],
    setupFiles: ['scripts/hermetic.ts'],
    reporters: ['default', new Tally()],
    silent: 'passed-only',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Twice the processors: most tests wait for programs in sandboxes about as long as they compute.
    maxWorkers: 2 * availableParallelism(),
  },
});
