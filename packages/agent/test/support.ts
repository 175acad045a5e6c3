import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openStore, type Recorded, type Store } from '@heddle/core';
import { afterEach } from 'vitest';
import type { Runtime } from '../src/rollout.ts';
import { bash, FINISH, FIX } from './steps.ts';

export { bash, call, FINISH, FIX } from './steps.ts';

const folders: string[] = [];
const stores: Store[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-agent-'));
  folders.push(folder);
  return folder;
}

/** A git repository with these files committed. */
export function repository(files: Record<string, string>): string {
  const root = join(temporaryFolder(), 'repo');
  mkdirSync(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  git(root, 'init', '-q', '-b', 'main');
  git(root, 'add', '-A');
  git(
    root,
    '-c',
    'user.name=t',
    '-c',
    'user.email=t@localhost',
    'commit',
    '-q',
    '--allow-empty',
    '-m',
    'start',
  );
  return root;
}

export function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, encoding: 'utf8' });
}

/** A journal file and a home of their own, and every event as it was written. */
export function runtime(options: Partial<Runtime> = {}): Runtime & { readonly seen: Recorded[] } {
  const home = temporaryFolder();
  const store = openStore(join(home, 'journal.db'));
  stores.push(store);
  const seen: Recorded[] = [];
  return { store, home, seen, observer: { event: (recorded) => seen.push(recorded) }, ...options };
}

/** A program with a bug and a test that shows it. */
export const BUGGY = {
  'package.json': JSON.stringify({ name: 'sum', type: 'module', scripts: { test: 'node --test' } }),
  'sum.js':
    'export function sum(numbers) {\n  let total = 0;\n  for (let i = 1; i < numbers.length; i++) total += numbers[i];\n  return total;\n}\n',
  'sum.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport { sum } from './sum.js';\n" +
    "test('empty', () => assert.equal(sum([]), 0));\ntest('adds all', () => assert.equal(sum([1, 2, 3]), 6));\n",
};

export const HOST = { sandbox: 'host' as const };

/** Looks, mends, and hands in: four steps. */
export const SOLVING = [
  { text: 'I look at it.', ...bash('cat sum.js') },
  { text: 'The loop starts at 1.', calls: [FIX] },
  { calls: [FINISH] },
  { calls: [FINISH] },
];
