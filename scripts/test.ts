// `npm test [-- vitest arguments]`: everything that CI runs. The tests run even when a check fails, so that one
// run tells all; the last line counts both.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { check } from './check.ts';

const root = path.dirname(import.meta.dirname);
const { passed, failed } = await check(root);
const child = spawn(
  process.execPath,
  [path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Read by scripts/tally.ts, which prints the last line.
    env: { ...process.env, HEDDLE_CHECKS_PASSED: passed.join(','), HEDDLE_CHECKS_FAILED: failed.join(',') },
  },
);
process.on('SIGINT', () => {});
const code = await new Promise<number>((resolve, reject) => {
  child.on('error', reject);
  child.on('exit', (status) => resolve(status ?? 1));
});
process.exitCode = code || (failed.length > 0 ? 1 : 0);
