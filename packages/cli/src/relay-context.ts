import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  for (const { rollout } of store.rollouts({ limit: MAX_ROLLOUTS })) {
    const writer = store.writerOf(rollout);
    if (writer === null || writer.pid !== asker.pid || writer.mark !== asker.mark) continue;
    const events = readJournal(store, rollout).map(({ event }) => event);
    const first = events[0];
    const requested = events.findLast((event) => event.type === 'model.requested');
    return {
      rollout,
      step: requested?.step ?? 0,
      task: first?.type === 'rollout.started' ? firstLine(first.task.text) : '',
    };
  }
  return { rollout: null, step: turnOf(prompt) + 1, task: '' };
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
  const mark = markOf(home, [label, beginning(prompt)]);
  if (existsSync(mark)) return false;
  writeFileSync(mark, '');
  return true;
}

/** Remembers what was in sight of the answer: `changedFrom` compares the next request with it. */
export function noteInSight(home: string, entry: RelayEntry): void {
  writeFileSync(inSight(home, entry), JSON.stringify(entry.prompt.map(digestOfMessage)));
}

/**
 * The first message that is not as it was when the conversation was answered last, because the oldest steps were folded
 * meanwhile; undefined if it only has grown, or nobody has answered it yet.
 */
export function changedFrom(home: string, entry: RelayEntry): number | undefined {
  const file = inSight(home, entry);
  if (!existsSync(file)) return undefined;
  const answered = JSON.parse(readFileSync(file, 'utf8')) as string[];
  const now = entry.prompt.map(digestOfMessage);
  const at = answered.findIndex((digest, index) => digest !== now[index]);
  return at < 0 || at >= now.length ? undefined : at;
}

/** A conversation has one process: the same task may be worked on twice at a time. */
function inSight(home: string, { label, process, prompt }: RelayEntry): string {
  return markOf(home, [label, beginning(prompt), process]);
}

function markOf(home: string, about: readonly unknown[]): string {
  const folder = join(home, 'relay', '.shown');
  mkdirSync(folder, { recursive: true });
  return join(folder, digestOf(JSON.stringify(about)));
}

function beginning(prompt: RelayEntry['prompt']): RelayEntry['prompt'] {
  return prompt.slice(0, prompt.findIndex(({ role }) => role === 'user') + 1);
}

function digestOfMessage(message: RelayEntry['prompt'][number]): string {
  return digestOf(JSON.stringify(message));
}
