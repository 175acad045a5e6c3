import { DEFAULT_LIMITS, readRollout, resultOfState, stateOf } from '@heddle/agent';
import { Journal, type Store, versionOf } from '@heddle/core';
import type { AttemptEnd, AttemptJob, Entrant } from '../entrant.ts';
import { attemptEndOf } from './attempt-end.ts';

/** Hands in the published solution: whatever does not count as solved with it cannot be solved. */
export function oracle(name: string): Entrant {
  return fixed('oracle', name, ({ instance: { gold } }) =>
    gold === null
      ? { patch: '', reason: 'no solution is published for this instance' }
      : { patch: gold, reason: 'the published solution' },
  );
}

/** Hands in nothing: whatever counts as solved without a change asks for none. */
export function nothing(name: string): Entrant {
  return fixed('nothing', name, () => ({ patch: '', reason: 'nothing, on purpose' }));
}

function fixed(
  kind: 'oracle' | 'nothing',
  name: string,
  answer: (job: AttemptJob) => { readonly patch: string; readonly reason: string },
): Entrant {
  const { digest } = versionOf({ name: kind, kind: 'agent', source: import.meta.url });
  return {
    name,
    kind,
    version: digest,
    model: null,
    async attempt(job, { store, signal }) {
      signal.throwIfAborted();
      const known = readRollout(store, job.rollout);
      if (known.length === 0) journal(store, job, { kind, digest, ...answer(job) });
      return endIn(store, job.rollout);
    },
  };
}

function journal(
  store: Store,
  { rollout, task, repo, limits, seed, network }: AttemptJob,
  end: { readonly kind: string; readonly digest: string; readonly patch: string; readonly reason: string },
): void {
  const journal = Journal.create(store, rollout);
  journal.append({
    type: 'rollout.started',
    task: { text: task, repo, commit: null },
    agent: { name: end.kind, version: end.digest },
    config: {
      ...{ model: end.kind, seed, limits: { ...DEFAULT_LIMITS, ...limits } },
      ...{ checks: [], checksFrom: 'none', sandbox: 'none', network, tools: [] },
    },
    heddle: '',
  });
  journal.append({
    type: 'rollout.completed',
    ...{ status: 'unverified', verified: false, probability: null, reason: end.reason, why: '' },
    ...{ patch: store.objects.put(end.patch), snapshot: '' },
  });
}

function endIn(store: Store, rollout: string): AttemptEnd {
  const state = stateOf(readRollout(store, rollout));
  return attemptEndOf(resultOfState(store, rollout, state), null);
}
