import { stateOf } from '@heddle/agent';
import type { Recorded, Usage } from '@heddle/core';
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
    for (const { inputTokens, outputTokens } of byJob.get(job) ?? []) {
      const tokens = { input: inputTokens, output: outputTokens };
      add(sums.server, tokens);
      if (journaled.get(inputTokens)?.outputTokens === outputTokens) {
        journaled.delete(inputTokens);
      } else if (open.refused > 0) {
        open.refused -= 1;
        add(sums.lostToFullDisk, tokens);
      } else if (open.killed > 0) {
        open.killed -= 1;
        add(sums.lostInKills, tokens);
      } else {
        faults.push(`job ${job}: a reply of ${inputTokens} tokens is nowhere in its journal`);
      }
    }
    for (const inputTokens of journaled.keys())
      faults.push(`job ${job}: the journal has a reply of ${inputTokens} tokens that no server sent whole`);
  }
  const { server, ledger, lostInKills, lostToFullDisk } = sums;
  for (const kind of ['input', 'output', 'replies'] as const)
    if (server[kind] !== ledger[kind] + lostInKills[kind] + lostToFullDisk[kind])
      faults.push(`${kind}: the servers count ${server[kind]}, the ledgers and what was lost otherwise`);
  return { ...sums, openRequests, faults };
}

/** Everything a journal says was paid for, by its input tokens, which are different for each. */
function spentIn(events: readonly Recorded[]): Map<number, Usage> {
  const found = new Map<number, Usage>();
  for (const { event } of events) {
    if (event.type === 'model.completed' || event.type === 'model.consulted')
      found.set(event.usage.inputTokens, event.usage);
    else if ((event.type === 'model.retried' || event.type === 'model.failed') && event.spent !== undefined)
      found.set(event.spent.usage.inputTokens, event.spent.usage);
  }
  return found;
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

function sum() {
  return { input: 0, output: 0, replies: 0 };
}

function add(to: ReturnType<typeof sum>, { input, output }: Tokens, replies = 1): void {
  to.input += input;
  to.output += output;
  to.replies += replies;
}
