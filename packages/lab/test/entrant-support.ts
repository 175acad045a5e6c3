import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { newRolloutId, openStore, type RolloutEvent, type Store } from '@heddle/core';
import { afterEach } from 'vitest';
import type { AttemptContext, AttemptJob } from '../src/entrant.ts';
import type { Instance } from '../src/instance.ts';

const folders: string[] = [];
const stores: Store[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-entrant-'));
  folders.push(folder);
  return folder;
}

/** The repository of Heddle itself: what the agents of the tests are made of. */
export const HEDDLE = join(import.meta.dirname, '../../..');

/** A program with a bug. */
const BUGGY = {
  'package.json': '{"type":"module"}\n',
  'sum.js':
    'export function sum(numbers) {\n  let total = 0;\n  for (let i = 1; i < numbers.length; i++) total += numbers[i];\n  return total;\n}\n',
};

function repository(files: Readonly<Record<string, string>> = BUGGY): string {
  const root = join(temporaryFolder(), 'repo');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root });
  git('init', '-q');
  git('add', '-A');
  git('-c', 'user.name=t', '-c', 'user.email=t@localhost', 'commit', '-q', '-m', 'start');
  return root;
}

export function instanceOf(more: Partial<Instance> = {}): Instance {
  return {
    id: 'sum-1',
    cluster: 'sum',
    statement: 'sum leaves out the first number.',
    files: { kind: 'inline', files: BUGGY },
    checks: [],
    grading: {
      kind: 'tests',
      ...{ testPatch: '', files: {}, command: 'true', timeoutSeconds: 10 },
      ...{ parser: 'exit-code', failToPass: ['tests'], passToPass: [] },
    },
    gold: null,
    environment: null,
    meta: {},
    ...more,
  };
}

export function jobOf(more: Partial<AttemptJob> = {}): AttemptJob {
  const instance = more.instance ?? instanceOf();
  return {
    rollout: newRolloutId(),
    instance,
    task: instance.statement,
    repo: more.repo ?? repository(),
    limits: {},
    seed: 1,
    sandbox: 'host',
    network: false,
    ...more,
  };
}

export function contextOf(more: Partial<AttemptContext> = {}): AttemptContext {
  const home = more.home ?? temporaryFolder();
  let { store } = more;
  if (store === undefined) {
    store = openStore(join(home, 'journal.db'));
    stores.push(store);
  }
  return { store, home, signal: new AbortController().signal, ...more };
}

export function eventsOf({ store }: AttemptContext, rollout: string): RolloutEvent[] {
  return [...store.read(rollout)].map(({ event }) => event);
}
