import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, readJournal, type Store } from '@heddle/core';
import { type RelayEntry, turnOf } from '@heddle/models';
import { firstLine } from './render/text.ts';

/** Requests are few and their rollouts new: an older one is not looked for. */
const MAX_ROLLOUTS = 200;

/** It is said with every request: enough to tell tasks apart. */
const MAX_TASK_CHARACTERS = 80;

/** What a request is for. */
export interface RelayContext {
  /** Null: not found in the journal. */
  readonly rollout: string | null;
  readonly step: number;
  /** First line of the task; empty if the rollout was not found. */
  readonly task: string;
}

/** The rollout that the process which asks is working on. */
export function contextOf(store: Store, { process: asker, prompt }: RelayEntry): RelayContext {
  const step = turnOf(prompt) + 1;
  for (const { rollout } of store.rollouts({ limit: MAX_ROLLOUTS })) {
    const writer = store.writerOf(rollout);
    if (writer === null || writer.pid !== asker.pid || writer.mark !== asker.mark) continue;
    const first = readJournal(store, rollout)[0]?.event;
    return { rollout, step, task: first?.type === 'rollout.started' ? firstLine(first.task.text) : '' };
  }
  return { rollout: null, step, task: '' };
}

/** `rollout 1t6x…, step 3: what the task says first`. */
export function contextLine({ rollout, step, task }: RelayContext): string {
  const short = task.length <= MAX_TASK_CHARACTERS ? task : `${task.slice(0, MAX_TASK_CHARACTERS)}…`;
  return `${rollout === null ? '' : `rollout ${rollout}, `}step ${step}${task === '' ? '' : `: ${short}`}`;
}

/**
 * Whether the beginning of a request's conversation is shown here for the first time; from then on it is not. Without it, what is
 * new since the last answer says little: somebody else may have answered until now.
 */
export function isNewConversation(home: string, { label, prompt }: RelayEntry): boolean {
  const first = prompt.slice(0, prompt.findIndex(({ role }) => role === 'user') + 1);
  const folder = join(home, 'relay', '.shown');
  const mark = join(folder, digestOf(JSON.stringify([label, first])));
  if (existsSync(mark)) return false;
  mkdirSync(folder, { recursive: true });
  writeFileSync(mark, '');
  return true;
}
