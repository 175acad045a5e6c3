import type { Store, TrialRow } from '@heddle/core';
import type { Experiment } from '../../experiment/begin.ts';
import { parseResult, type TrialResult } from '../../trial-result.ts';
import type { Verdict } from '../../verdict.ts';

/** A graded trial with what belongs to it; patch and verdict are read when asked for. */
export interface GradedTrial extends TrialRow {
  readonly result: TrialResult;
}

/** The graded trials of an experiment, in the order of work. Rows are thin; bodies stay in the store. */
export function* gradedTrials(
  store: Store,
  { experiment }: Experiment,
  agent?: string,
): Generator<GradedTrial> {
  const filter = { state: 'graded' as const, ...(agent === undefined ? {} : { agent }) };
  for (const row of store.experiments.trials(experiment, filter))
    yield { ...row, result: parseResult(row.result) };
}

export function patchOf(store: Store, { result }: GradedTrial): string {
  return Buffer.from(store.objects.get(result.patchDigest)).toString('utf8');
}

/** Null: there was nothing to judge. */
export function verdictOf(store: Store, { result }: GradedTrial): Verdict | null {
  return JSON.parse(Buffer.from(store.objects.get(result.verdictDigest)).toString('utf8')) as Verdict | null;
}
