import {
  type AmountComparison,
  type Comparison,
  calibration,
  compareAmounts,
  comparePaired,
  type Description,
  describeSamples,
  type Interval,
  predictionPowered,
} from '@heddle/lab';
import type { Simulated } from './simulate.ts';

/** One simulated experiment and what the lab says of it. */
interface Told {
  readonly simulated: Simulated;
  readonly description: Description;
  readonly comparison: Comparison;
  readonly costs: AmountComparison;
}

/** An interval, and what it should cover. Null: there is none of this kind here. */
type Claim = readonly [interval: Pick<Interval, 'low' | 'high'>, truth: number] | null;

export interface Kind {
  readonly name: string;
  claim(told: Told): Claim;
}

/** What is shown by default. */
export const KINDS: readonly Kind[] = [
  {
    name: 'mean, tasks like these',
    claim: ({ description, simulated }) => [description.mean, simulated.truthA.mean],
  },
  {
    name: 'mean, these tasks',
    claim: ({ description: { onTheseTasks }, simulated }) =>
      onTheseTasks && [onTheseTasks, simulated.truthA.here],
  },
  { name: 'pass@2', claim: ({ description, simulated }) => pass(description, simulated, 'any') },
  { name: 'pass^2', claim: ({ description, simulated }) => pass(description, simulated, 'all') },
  {
    name: 'paired difference, tasks like these',
    claim: ({ comparison, simulated: { truthA, truthB } }) => [
      comparison.difference,
      truthA.mean - truthB.mean,
    ],
  },
  {
    name: 'paired difference, these tasks',
    claim: ({ comparison: { onTheseTasks }, simulated: { truthA, truthB } }) =>
      onTheseTasks && [onTheseTasks, truthA.here - truthB.here],
  },
  {
    name: 'cost ratio',
    claim: ({ costs, simulated }) => [costs.ratio, simulated.costRatio],
  },
  { name: 'Brier score', claim: ({ simulated }) => brier(simulated) },
];

/** What is not, and why. */
export const REFERENCES: readonly Kind[] = [
  {
    name: 'mean ± 1.96 SE (Miller, equations 1 and 3)',
    claim: ({ description: { mean, se }, simulated }) => {
      const half = 1.96 * (se.clustered?.miller ?? se.unclustered!);
      return [{ low: mean.value - half, high: mean.value + half }, simulated.truthA.mean];
    },
  },
  {
    name: 'paired difference, bootstrap percentiles',
    claim: ({ comparison, simulated: { truthA, truthB } }) => [
      comparison.bootstrap,
      truthA.mean - truthB.mean,
    ],
  },
  {
    name: 'cost ratio, bootstrap percentiles',
    claim: ({ costs, simulated }) => [costs.bootstrap, simulated.costRatio],
  },
  { name: 'mean by labels and predictions', claim: ({ simulated }) => labels(simulated) },
];

export function told(simulated: Simulated, resamples: number): Told {
  const { a, b, costA, costB } = simulated;
  return {
    simulated,
    description: describeSamples(a, { ks: [2] }),
    comparison: comparePaired(a, b, { resamples }),
    costs: compareAmounts(costA, costB, { resamples }),
  };
}

function pass({ passed }: Description, { truthA }: Simulated, which: 'any' | 'all'): Claim {
  const [rate] = passed ?? [];
  return rate ? [rate[which], truthA[which](2)] : null;
}

function brier({ a, stated, truthA }: Simulated): Claim {
  const statements = a.map(({ cluster, scores }, task) => ({
    probability: stated[task]!,
    right: scores[0] === 1,
    cluster,
  }));
  const result = calibration(statements);
  return result && [result.brier, truthA.brier];
}

/** The first half of the tasks has been judged by people, once; all have a prediction. Tasks count as independent. */
function labels({ a, stated, truthA }: Simulated): Claim {
  if (new Set(a.map(({ cluster }) => cluster)).size < a.length) return null;
  const half = a.length >> 1;
  const labelled = a
    .slice(0, half)
    .map(({ scores }, task) => ({ label: scores[0]!, prediction: stated[task]! }));
  return [predictionPowered(labelled, stated.slice(half)).estimate, truthA.mean];
}
