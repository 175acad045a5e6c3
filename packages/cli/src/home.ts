import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { openStore, type Store } from '@heddle/core';

/** Heddle's data folder: journal, working copies, the relay's mailbox. `HEDDLE_HOME`, else `~/.heddle`. */
export function heddleHome(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(env.HEDDLE_HOME || join(homedir(), '.heddle'));
}

/** The journal of all rollouts; made, in a folder only its owner can read, when there is none yet. */
export function openJournal(home: string): Store {
  return openStore(join(home, 'journal.db'));
}
