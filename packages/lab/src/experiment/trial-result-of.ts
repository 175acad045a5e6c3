import type { Store } from '@heddle/core';
import type { Flag } from '../cheating/flag.ts';
import { keepFlags } from '../cheating/kept-flags.ts';
import type { AttemptEnd } from '../entrant.ts';
import type { TrialResult } from '../trial-result.ts';
import type { InfraFault, Verdict } from '../verdict.ts';

/** What became of a trial: its attempts (more than one where the instance allows more tries) and the last verdict. */
export interface Played {
  readonly ends: readonly AttemptEnd[];
  readonly patch: string;
  /** Null: a fault ended the attempt before there was anything to judge. */
  readonly verdict: Verdict | null;
  /** Where the instance allows more than one. */
  readonly resolvedByTry?: readonly boolean[];
  readonly infra: InfraFault | null;
}

/** The thin row of a trial; patch, verdict and what the flags rest on become objects. */
export function trialResultOf(
  { ends, patch, verdict, resolvedByTry, infra }: Played,
  store: Store,
  flags: readonly Flag[],
): TrialResult {
  const last = ends.at(-1)!;
  const sum = (of: (end: AttemptEnd) => number) => ends.reduce((total, end) => total + of(end), 0);
  return {
    status: last.status,
    resolved: infra === null ? (verdict?.resolved ?? null) : null,
    reward: infra === null ? (verdict?.reward ?? null) : null,
    ...(resolvedByTry === undefined ? {} : { resolvedByTry: [...resolvedByTry] }),
    probability: last.probability,
    usd: sum(({ usd }) => usd),
    inputTokens: sum(({ usage }) => usage.inputTokens),
    outputTokens: sum(({ usage }) => usage.outputTokens),
    cachedTokens: sum(({ usage }) => usage.cacheReadTokens),
    steps: sum(({ steps }) => steps),
    seconds: sum(({ seconds }) => seconds),
    gradeSeconds: verdict?.seconds ?? 0,
    patch: verdict?.patch ?? (patch === '' ? 'empty' : 'applied'),
    patchDigest: store.objects.put(patch),
    verdictDigest: store.objects.put(JSON.stringify(verdict)),
    infra,
    ...keepFlags(store.objects, flags),
  };
}
