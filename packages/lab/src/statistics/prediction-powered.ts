import { studentFactor } from './distributions.ts';
import { mean, standardError } from './moments.ts';
import type { Interval, PredictionPowered } from './results.ts';
import { counted } from './words.ts';

/**
 * A mean of labels that only a part has, helped by predictions that all have (PPI: Angelopoulos et al. 2023): the mean
 * prediction of the rest, put right by how far predictions are off where labels are known. Two of each kind at least.
 */
export function predictionPowered(
  labelled: readonly { readonly label: number; readonly prediction: number }[],
  unlabelled: readonly number[],
  level = 0.95,
): PredictionPowered {
  const off = labelled.map(({ label, prediction }) => label - prediction);
  const labels = labelled.map(({ label }) => label);
  const parts = [
    { variance: standardError(unlabelled) ** 2, df: unlabelled.length - 1 },
    { variance: standardError(off) ** 2, df: off.length - 1 },
  ];
  const total = parts.reduce((at, { variance }) => at + variance, 0);
  // Welch and Satterthwaite's.
  const df = total ** 2 / parts.reduce((at, part) => at + part.variance ** 2 / part.df, 0);
  const alone = standardError(labels);
  const labelCount = counted(labels.length, 'label');
  return {
    estimate: around(
      mean(unlabelled) + mean(off),
      Math.sqrt(total),
      df,
      level,
      `prediction-powered, ${labelCount} and ${counted(unlabelled.length, 'prediction')}`,
    ),
    se: Math.sqrt(total),
    labelsAlone: around(mean(labels), alone, labels.length - 1, level, `Student's t, ${labelCount}`),
    labelsAloneSe: alone,
  };
}

function around(value: number, se: number, df: number, level: number, method: string): Interval {
  const half = se === 0 ? 0 : studentFactor(df, level) * se;
  return { value, low: value - half, high: value + half, method };
}
