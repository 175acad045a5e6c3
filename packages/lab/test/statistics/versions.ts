import type { Sample } from '../../src/sample.ts';

/** Two versions' four attempts at six tasks, to which the expected figures were worked out by hand. */
export const A = tried('1111', '1110', '0001', '0000', '1101', '1011');
export const B = tried('1111', '0001', '0000', '0100', '0000', '1111');

/** A row of `1` and `0` for each task, which share no cluster. */
export function tried(...rows: string[]): Sample[] {
  return rows.map((row, index) => ({
    instance: `task-${index}`,
    cluster: `task-${index}`,
    scores: [...row].map(Number),
  }));
}

/** One attempt at each task, `counts` of them in each cluster. */
export function clustered(scores: readonly number[], counts: readonly number[]): Sample[] {
  const clusters = counts.flatMap((count, cluster) => Array<string>(count).fill(`repository-${cluster}`));
  return scores.map((score, index) => ({
    instance: `task-${index}`,
    cluster: clusters[index]!,
    scores: [score],
  }));
}
