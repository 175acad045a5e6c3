import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, OperatorError, type ProcessMark, type Store } from '@heddle/core';
import { findRequest, type RelayEntry, waiting } from '@heddle/models';

/** How often the mailbox is looked into while waiting: at once for a person, cheap for a machine. */
const POLL_MILLISECONDS = 200;

/** Until a rollout that is begun together with the wait is in the journal, on a busy machine too. */
const BEGINNING_MILLISECONDS = 5_000;

/** Whoever waits later than this after an answer waits for another rollout. */
const RECENT_MILLISECONDS = 10 * 60_000;
/** Rollouts looked at for one that still runs: those begun last. */
const MAX_ROLLOUTS = 50;

export type Waited = { readonly entry: RelayEntry } | { readonly entry: null; readonly why: string };

/**
 * The request named, else the oldest one whose process still waits for it. `wait` waits for one as long as a process
 * lives that ran a rollout when the wait began, or that was answered last; if there is none, until one comes. Where
 * the one answered last was dead by then, a new one may be about to begin: that is waited for a moment.
 */
export async function requestToAnswer(
  home: string,
  store: Store,
  { id, wait }: { readonly id: string | undefined; readonly wait: boolean },
): Promise<Waited> {
  if (id !== undefined) return { entry: await findRequest(home, id) };
  const awaited = [...runningIn(store), ...answeredLast(home)];
  const patientUntil = awaited.some(isAlive) ? 0 : Date.now() + BEGINNING_MILLISECONDS;
  for (;;) {
    const patient = Date.now() < patientUntil;
    if (patient && !awaited.some(isAlive)) awaited.push(...runningIn(store));
    // In this order: what is put in by a process that ends just then is still seen.
    const over = !patient && awaited.length > 0 && !awaited.some(isAlive);
    const live = (await waiting(home)).find(({ stale }) => !stale);
    if (live !== undefined) return { entry: live };
    if (!wait) return { entry: null, why: 'nothing is waiting' };
    if (over) return { entry: null, why: 'nothing is waiting, and the rollout that asked last has ended' };
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
  }
}

function runningIn(store: Store): ProcessMark[] {
  return store
    .rollouts({ limit: MAX_ROLLOUTS })
    .filter(({ rollout }) => store.isRunning(rollout))
    .map(({ rollout }) => store.writerOf(rollout)!);
}

/** Remembers whom an answer was for: the next wait ends when that process does. */
export function noteAnswered(home: string, { process }: RelayEntry): void {
  writeFileSync(answeredFile(home), JSON.stringify(process));
}

function answeredLast(home: string): ProcessMark[] {
  try {
    if (Date.now() - statSync(answeredFile(home)).mtimeMs > RECENT_MILLISECONDS) return [];
    return [JSON.parse(readFileSync(answeredFile(home), 'utf8')) as ProcessMark];
  } catch {
    return []; // nothing was answered yet
  }
}

function answeredFile(home: string): string {
  return join(home, 'relay', '.answered');
}

/** The one request that waits; several must be told apart by their ids. */
export async function onlyRequest(home: string): Promise<RelayEntry> {
  const live = (await waiting(home)).filter(({ stale }) => !stale);
  const [entry] = live;
  if (entry !== undefined && live.length === 1) return entry;
  if (entry === undefined)
    throw new OperatorError('relay-no-request', 'nothing is waiting for an answer', {
      hint: '`heddle relay next --wait` waits for a request',
    });
  throw new OperatorError('relay-several', `${live.length} requests are waiting`, {
    hint: `name one: heddle relay answer ${live.map((each) => each.id).join(' | ')}`,
  });
}
