import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run } from '../check/command.ts';

const checkout = path.resolve(import.meta.dirname, '../..');

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'heddle-tally-'));
  writeFileSync(
    path.join(root, 'vitest.config.mjs'),
    `import { Tally } from ${JSON.stringify(path.join(checkout, 'scripts/tally.ts'))};
export default { test: { include: ['*.test.mjs'], reporters: ['default', new Tally()] } };`,
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs vitest over files and gives its exit code and the lines from `Skipped:` or the last one on. */
async function lastLines(
  files: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = {},
): Promise<[number | null, string[]]> {
  const head = `import { describe, expect, it } from ${JSON.stringify(path.join(checkout, 'node_modules/vitest/dist/index.js'))};\n`;
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(root, name), head + text);
  const { HEDDLE_CHECKS_PASSED: _, HEDDLE_CHECKS_FAILED: __, ...own } = process.env;
  const args = [path.join(checkout, 'node_modules/vitest/vitest.mjs'), 'run', '--root', root];
  const { code, output } = await run(process.execPath, args, root, { ...own, ...env });
  const lines = output.trimEnd().split('\n');
  // Standard error comes by a pipe of its own, so its last line may stand behind the tally.
  const tally = lines.findLastIndex((line) => /^\d+ passed, \d+ failed/.test(line));
  const from = lines.findIndex((line) => /^(Skipped:|Failed checks:)/.test(line));
  return [code, lines.slice(from < 0 ? tally : from, tally + 1)];
}

it('counts what passed, failed and was skipped, with the reason for skipping', async () => {
  const [code, lines] = await lastLines({
    'a.test.mjs': "it('a', () => expect(1).toBe(1));\nit('b', () => expect(1).toBe(2));",
    'b.test.mjs':
      "describe('box', () => { it.skipIf(true)('c (no sandbox here)', () => {}); });\nit.todo('d');",
  });
  expect(code).toBe(1);
  expect(lines).toEqual([
    'Skipped:',
    '  b.test.mjs > box > c (no sandbox here)',
    '  b.test.mjs > d',
    '1 passed, 1 failed, 2 skipped',
  ]);
});

it('a file that does not load has failed', async () => {
  const [code, lines] = await lastLines({
    'a.test.mjs': "it('a', () => {});",
    'b.test.mjs': "throw new Error('no');",
  });
  expect(code).toBe(1);
  expect(lines).toEqual(['1 passed, 1 failed, 0 skipped']);
});

it('a hook that fails has failed, even where no test did', async () => {
  const [code, lines] = await lastLines({
    'a.test.mjs':
      "import { afterAll } from 'vitest';\nit('a', () => {});\ndescribe('x', () => { afterAll(() => { throw new Error('no'); }); it('b', () => {}); });",
  });
  expect(code).toBe(1);
  expect(lines).toEqual(['2 passed, 1 failed, 0 skipped']);
});

it('an error that no test owns has failed', async () => {
  const [code, lines] = await lastLines({
    'a.test.mjs':
      "it('a', async () => { Promise.reject(new Error('lost')); await new Promise((resolve) => setTimeout(resolve, 50)); });",
  });
  expect(code).toBe(1);
  expect(lines).toEqual(['1 passed, 1 failed, 0 skipped']);
});

it('counts the steps of the check that ran before', async () => {
  const [, lines] = await lastLines(
    { 'a.test.mjs': "it('a', () => {});" },
    { HEDDLE_CHECKS_PASSED: 'types,lint', HEDDLE_CHECKS_FAILED: 'layers' },
  );
  expect(lines).toEqual(['Failed checks: layers', '3 passed, 1 failed, 0 skipped']);
});
