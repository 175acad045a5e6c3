import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '@heddle/core';
import { afterEach } from 'vitest';

const folders: string[] = [];
const stores: Store[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** With a space and a letter beyond ASCII: every test is also one of such paths. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle studio ü '));
  folders.push(folder);
  return folder;
}

/** A store in a file, closed after the test. */
export function store(file = join(temporaryFolder(), 'journal.db')): Store {
  const opened = openStore(file);
  stores.push(opened);
  return opened;
}
