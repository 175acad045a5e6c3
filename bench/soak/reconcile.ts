import { stateOf } from '@heddle/agent';
import type { Recorded, RolloutEvent, Usage } from '@heddle/core';
import type { Billed } from './server.ts';

export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** The servers' books held against the ledgers. */
export interface Reconciled {
  /** Replies the servers sent whole. */
  readonly server: Tokens & { readonly replies: number };
  /** What the rollouts' ledgers say. */
  readonly ledger: Tokens & { readonly replies: number };
  /** Sent whole, and lost between its arrival and the journal: the request stands there without an end. */
  readonly lostInKills: Tokens & { readonly replies: number };
  readonly lostToFullDisk: Tokens & { readonly replies: number };
  /** Requests without an end in all journals, with a whole reply lost or without. */
  readonly openRequests: number;
  /** Everything that does not add up; empty: to the token. */
  readonly faults: readonly string[];
}

/** `journals`: by job. */
export function reconcile(
  billed: readonly Billed[],
  journals: ReadonlyMap<number, readonly Recorded[]>,
): Reconciled {
  const faults: string[] = [];
  const sums = { server: sum(), ledger: sum(), lostInKills: sum(), lostToFullDisk: sum() };
  let openRequests = 0;
  const byJob = Map.groupBy(billed, ({ job }) => job);
  for (const [job, events] of journals) {
    const journaled = spentIn(events);
    const { usage } = stateOf(events);
    add(sums.ledger, { input: usage.inputTokens, output: usage.outputTokens }, journaled.size);
    const folded = [...journaled.values()].reduce((total, each) => total + each.inputTokens, 0);
    if (folded !== usage.inputTokens)
      faults.push(`rollout of job ${job}: its ledger is not the sum of its events`);
    const open = endlessRequests(events);
    openRequests += open.killed + open.refused;
    // Whoever is asked on the rollout's behalf is journaled when it has answered: at most one reply for each time.
    const unannounced = interruptions(events);
    for (const { inputTokens, outputTokens } of byJob.get(job) ?? []) {
      const tokens = { input: inputTokens, output: outputTokens };
      add(sums.server, tokens);
      if (journaled.get(outputTokens)?.inputTokens === inputTokens) {
        journaled.delete(outputTokens);
      } else if (open.refused > 0) {
        open.refused -= 1;
        add(sums.lostToFullDisk, tokens);
      } else if (open.killed > 0) {
        open.killed -= 1;
        add(sums.lostInKills, tokens);
      } else if (unannounced.refused > 0) {
        unannounced.refused -= 1;
        add(sums.lostToFullDisk, tokens);
      } else if (unannounced.killed > 0) {
        unannounced.killed -= 1;
        add(sums.lostInKills, tokens);
      } else {
        faults.push(`job ${job}: reply ${outputTokens} is nowhere in its journal`);
      }
    }
    for (const reply of journaled.keys())
      faults.push(`job ${job}: the journal has reply ${reply}, which no server sent whole`);
  }
  const { server, ledger, lostInKills, lostToFullDisk } = sums;
  for (const kind of ['input', 'output', 'replies'] as const)
    if (server[kind] !== ledger[kind] + lostInKills[kind] + lostToFullDisk[kind])
      faults.push(`${kind}: the servers count ${server[kind]}, the ledgers and what was lost otherwise`);
  return { ...sums, openRequests, faults };
}

/** Everything a journal says was paid for, by its output tokens, which are different for each. */
function spentIn(events: readonly Recorded[]): Map<number, Usage> {
  const found = new Map<number, Usage>();
  for (const { event } of events) {
    const usage = usageOf(event);
    // A request that failed and cost nothing was no reply.
    if (usage !== undefined && usage.outputTokens > 0) found.set(usage.outputTokens, usage);
  }
  return found;
}

function usageOf(event: RolloutEvent): Usage | undefined {
  if (event.type === 'model.completed' || event.type === 'model.consulted') return event.usage;
  if (event.type === 'model.retried' || event.type === 'model.failed') return event.spent?.usage;
  return undefined;
}

/** Requests after which the process died, or whose end the disk did not take (the rollout was paused then). */
function endlessRequests(events: readonly Recorded[]): { killed: number; refused: number } {
  const found = { killed: 0, refused: 0 };
  let asking = false;
  for (const { event } of events) {
    if (event.type === 'model.completed' || event.type === 'model.failed') asking = false;
    if (event.type === 'model.requested') asking = true;
    if (event.type === 'rollout.paused' || event.type === 'rollout.resumed') {
      if (asking) found[event.type === 'rollout.paused' ? 'refused' : 'killed'] += 1;
      asking = false;
    }
  }
  return found;
}

/** Times it was interrupted while no request of its own was under way. */
function interruptions(events: readonly Recorded[]): { killed: number; refused: number } {
  const all = { killed: 0, refused: 0 };
  let paused = false;
  for (const { event } of events) {
    if (event.type === 'rollout.paused' && event.code === 'interrupted') all.refused += 1;
    if (event.type === 'rollout.resumed' && !paused) all.killed += 1;
    paused = event.type === 'rollout.paused';
  }
  const open = endlessRequests(events);
  return { killed: all.killed - open.killed, refused: all.refused - open.refused };
}

function sum() {
  return { input: 0, output: 0, replies: 0 };
}

function add(to: ReturnType<typeof sum>, { input, output }: Tokens, replies = 1): void {
  to.input += input;
  to.output += output;
  to.replies += replies;
}
