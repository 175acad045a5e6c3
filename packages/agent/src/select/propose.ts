import { digestOf, messageOf } from '@heddle/core';
import type { AgentState } from '../compose/agent.ts';
import type { Run } from '../compose/run.ts';
import type { Candidate } from './selector.ts';

/** What became of one attempt. */
export interface Attempt<Value = unknown> {
  /** From 1. */
  readonly attempt: number;
  /** Null: it threw. */
  readonly end: AgentState<Value> | null;
  readonly error?: unknown;
}

/**
 * Makes candidates of attempts: those that changed nothing or whose patch does not apply are out, and those that come to
 * the same change are one. Each is journaled with what became of it.
 */
export async function propose(
  attempts: readonly Attempt[],
  start: AgentState,
  run: Run,
): Promise<Candidate[]> {
  const { ground, path } = run;
  const told = new Set(ground.past.selections.get(path)?.candidates.map(({ candidate }) => candidate));
  const first = new Map<string, number>();
  const kept: { candidate: number; end: AgentState; patch: string; count: number }[] = [];
  for (const { attempt, end, error } of attempts) {
    const snapshot = end?.snapshot ?? start.snapshot;
    const patch = ground.mask(await ground.workspace.diff(start.snapshot, snapshot));
    const key = digestOf(patch);
    const out = end === null ? `it failed: ${messageOf(error)}` : patch === '' ? 'it changed nothing' : null;
    const same = out === null ? (first.get(key) ?? null) : null;
    if (!told.has(attempt)) {
      const { rollout = null, probability = null } = end?.work ?? {};
      run.emit({
        type: 'candidate.proposed',
        path,
        candidate: attempt,
        rollout,
        snapshot,
        patch: ground.put(patch),
        probability,
        same,
        out,
      });
    }
    if (out !== null || end === null) continue;
    if (same !== null) {
      kept.find(({ candidate }) => candidate === same)!.count += 1;
      continue;
    }
    first.set(key, attempt);
    kept.push({ candidate: attempt, end, patch, count: 1 });
  }
  return kept;
}
