import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '@heddle/core';

/** Where one fault is played: a repository and a home of their own, gone when it is over. */
export interface Place extends Disposable {
  readonly repo: string;
  readonly home: string;
  readonly store: Store;
}

/** A repository with these files committed. Free of the test runner: the table is made without it. */
export function makePlace(files: Readonly<Record<string, string>> = { 'note.txt': 'one\n' }): Place {
  const top = mkdtempSync(join(tmpdir(), 'heddle-fault-'));
  const repo = join(top, 'repo');
  const home = join(top, 'home');
  mkdirSync(repo);
  for (const [path, text] of Object.entries(files)) writeFileSync(join(repo, path), text);
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['-c', 'user.name=t', '-c', 'user.email=t@localhost', 'commit', '-q', '-m', 'start'],
  ])
    execFileSync('git', args, { cwd: repo });
  const store = openStore(join(home, 'journal.db'));
  return {
    repo,
    home,
    store,
    [Symbol.dispose]: () => {
      store.close();
      rmSync(top, { recursive: true, force: true });
    },
  };
}
