import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withinOf } from '@heddle/agent';
import { digestOf, type ProcessMark, readJournal, type Store } from '@heddle/core';
import { type RelayEntry, requestDigest, turnOf, waiting } from '@heddle/models';
import { firstLine } from './render/text.ts';

/** Requests are few and their rollouts new: an older one is not looked for. */
const MAX_ROLLOUTS = 200;

/** It is said with every request: enough to tell tasks apart. */
const MAX_TASK_CHARACTERS = 80;

/** What a request is for. */
export interface RelayContext {
  /** Null: not found in the journal. */
  readonly rollout: string | null;
  /** 0: it is no step of a rollout. */
  readonly step: number;
  /** Of the agent it works for, within the rollout of the whole; empty for the person's. */
  readonly path: string;
  /** First line of the task; empty if the rollout was not found. */
  readonly task: string;
}

/**
 * What each request is for, by its id. One process may have several rollouts that wait side by side: whose a request is
 * its digest says. Of two that ask the very same, as late forks do, the first is taken for who asked first. What no
 * rollout asked is a question beside them, of the one that the others work for.
 */
export function contextsOf(store: Store, entries: readonly RelayEntry[]): Map<string, RelayContext> {
  const asking = askingIn(store);
  const taken = new Set<Asking>();
  return new Map(
    entries.map((entry) => {
      const own = asking.filter(({ writer }) => isSame(writer, entry.process));
      const digest = requestDigest({ prompt: entry.prompt, tools: entry.tools });
      const found = own.find((each) => each.digest === digest && !taken.has(each));
      if (found !== undefined) taken.add(found);
      const { rollout, step, task, path } =
        found ?? own.find((each) => each.path === '') ?? own[0] ?? NOWHERE;
      return [entry.id, { rollout, step: rollout === null ? turnOf(entry.prompt) + 1 : step, task, path }];
    }),
  );
}

/** The same of one request: the others that wait are looked at too. */
export async function contextOf(home: string, store: Store, entry: RelayEntry): Promise<RelayContext> {
  const others = (await waiting(home)).filter(({ id }) => id !== entry.id);
  const all = [...others, entry].sort((a, b) => a.askedAt - b.askedAt || (a.id < b.id ? -1 : 1));
  return contextsOf(store, all).get(entry.id)!;
}

const NOWHERE = { rollout: null, step: 0, task: '', path: '' };

/** A rollout that some process works on. */
interface Asking extends RelayContext {
  readonly writer: ProcessMark;
  /** Of the request it made last and that has not been answered; null: there is none. */
  readonly digest: string | null;
}

/** Those that asked first come first. */
function askingIn(store: Store): Asking[] {
  return store
    .rollouts({ limit: MAX_ROLLOUTS })
    .flatMap(({ rollout }) => {
      const writer = store.writerOf(rollout);
      if (writer === null) return [];
      const events = readJournal(store, rollout);
      const first = events[0]?.event;
      const last = events.findLastIndex(({ event }) => event.type === 'model.requested');
      const { at = 0, event } = events[last] ?? {};
      const requested = event?.type === 'model.requested' ? event : null;
      const open = !events.slice(last + 1).some(({ event: { type } }) => type === 'model.completed');
      return {
        rollout,
        writer,
        at,
        digest: requested !== null && open ? requested.digest : null,
        step: requested?.step ?? 0,
        task: first?.type === 'rollout.started' ? firstLine(first.task.text) : '',
        path: (withinOf(store, rollout)?.path ?? '').replace(/\/rollout$/, ''),
      };
    })
    .sort((a, b) => a.at - b.at);
}

function isSame(a: ProcessMark, b: ProcessMark): boolean {
  return a.pid === b.pid && a.mark === b.mark;
}

/** `rollout 1t6x…, bestOf/2, step 3: what the task says first`. */
export function contextLine({ rollout, step, task, path }: RelayContext): string {
  const short = task.length <= MAX_TASK_CHARACTERS ? task : `${task.slice(0, MAX_TASK_CHARACTERS)}…`;
  const where = [
    ...(rollout === null ? [] : [`rollout ${rollout}`]),
    ...(path === '' ? [] : [path]),
    step === 0 ? 'a question beside its rollouts' : `step ${step}`,
  ];
  return `${where.join(', ')}${task === '' ? '' : `: ${short}`}`;
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
export function noteInSight(home: string, entry: RelayEntry, { rollout }: RelayContext): void {
  writeFileSync(inSight(home, entry, rollout), JSON.stringify(entry.prompt.map(digestOfMessage)));
}

/**
 * The first message that is not as it was when the conversation was answered last, because the oldest steps were folded
 * meanwhile; undefined if it only has grown, or nobody has answered it yet.
 */
export function changedFrom(home: string, entry: RelayEntry, { rollout }: RelayContext): number | undefined {
  const file = inSight(home, entry, rollout);
  if (!existsSync(file)) return undefined;
  const answered = JSON.parse(readFileSync(file, 'utf8')) as string[];
  const now = entry.prompt.map(digestOfMessage);
  const at = answered.findIndex((digest, index) => digest !== now[index]);
  return at < 0 || at >= now.length ? undefined : at;
}

/** A conversation has one process and one rollout: the same task may be worked on several times at a time. */
function inSight(home: string, { label, process, prompt }: RelayEntry, rollout: string | null): string {
  return markOf(home, [label, beginning(prompt), process, rollout]);
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
