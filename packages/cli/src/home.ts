import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeFolder, messageOf, OperatorError, openStore, type Store, systemCode } from '@heddle/core';

/** Heddle's data folder: journal, working copies, the relay's mailbox. `HEDDLE_HOME`, else `~/.heddle`. */
export function heddleHome(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(env.HEDDLE_HOME || join(homedir(), '.heddle'));
}

/** Where all stores of this process are: `HEDDLE_STORE` (set by `--store`), else the journal in the data folder. */
export function storePlace(home: string, env: NodeJS.ProcessEnv = process.env): string {
  return env.HEDDLE_STORE || join(home, 'journal.db');
}

/**
 * The journal of all rollouts; made, in a folder only its owner can read, when there is none yet.
 *
 * @throws OperatorError `no-home` when the folder is not there and cannot be made, and what `openStore` throws.
 */
export function openJournal(home: string): Store {
  try {
    makeFolder(home);
  } catch (cause) {
    const why = systemCode(cause) ?? messageOf(cause);
    throw new OperatorError('no-home', `the data folder ${home} cannot be made (${why})`, {
      cause,
      hint: 'set HEDDLE_HOME to a folder that can be written',
    });
  }
  return openStore(storePlace(home));
}
