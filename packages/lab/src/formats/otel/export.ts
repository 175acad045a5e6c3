import type { Store } from '@heddle/core';
import type { Experiment } from '../../experiment/begin.ts';
import { parseResult } from '../../trial-result.ts';
import { trajectoryOf } from '../journal-trajectory.ts';
import { gradedTrials } from '../trials/rows.ts';
import type { PlainSpan } from './span.ts';
import { type Evaluation, spansOf } from './spans.ts';
import type { Target } from './targets.ts';

export interface SpanOptions {
  readonly content: boolean;
  readonly openInference: boolean;
  /** Version of Heddle. */
  readonly heddle: string;
}

/** A rollout's spans; if it is a trial's, with its verdict and scores. */
export async function* rolloutSpans(
  store: Store,
  rollout: string,
  options: Pick<SpanOptions, 'content' | 'openInference'>,
): AsyncGenerator<PlainSpan> {
  const trajectory = await trajectoryOf(store, rollout);
  const { end } = trajectory;
  const evaluations: Evaluation[] = [...trialEvaluations(store, rollout)];
  if (end?.verified != null)
    evaluations.push({
      name: 'verified',
      value: end.verified ? 1 : 0,
      label: end.verified ? 'pass' : 'fail',
      explanation: end.reason,
    });
  if (end?.probability != null) evaluations.push({ name: 'stated-probability', value: end.probability });
  yield* spansOf(trajectory, { ...options, evaluations });
}

/** A trace for each graded trial that has a journal. */
export async function* experimentSpans(
  store: Store,
  experiment: Experiment,
  options: Pick<SpanOptions, 'content' | 'openInference'>,
  agent?: string,
): AsyncGenerator<PlainSpan> {
  for (const { rollout } of gradedTrials(store, experiment, agent)) {
    if (rollout === null || store.rollouts({ prefix: rollout, limit: 1 }).length === 0) continue;
    yield* rolloutSpans(store, rollout, options);
  }
}

/** Sends them; gives how many. Throws what `sendSpans` throws. */
export async function sendTo(
  target: Target,
  spans: AsyncIterable<PlainSpan>,
  heddle: string,
): Promise<number> {
  // Late: only this needs the exporter.
  const { sendSpans } = await import('./send.ts');
  return sendSpans(spans, target, heddle);
}

/** As OTLP/JSON, a request a line. */
export async function* otlpLines(spans: AsyncIterable<PlainSpan>, heddle: string): AsyncGenerator<string> {
  const { spanLines } = await import('./send.ts');
  yield* spanLines(spans, heddle);
}

function* trialEvaluations(store: Store, rollout: string): Generator<Evaluation> {
  const trial = store.experiments.trialOf(rollout);
  if (trial === null || trial.result === null) return;
  const { resolved, reward } = parseResult(trial.result);
  if (resolved !== null) {
    const value = reward ?? (resolved ? 1 : 0);
    yield { name: 'resolved', value, label: resolved ? 'pass' : 'fail' };
  }
  const same = (row: { agent: string; instance: string; attempt: number }) =>
    row.agent === trial.agent && row.instance === trial.instance && row.attempt === trial.attempt;
  for (const row of store.experiments.scores(trial.experiment))
    if (same(row) && row.value !== null) yield { name: row.scorer, value: row.value, explanation: row.why };
}
