import type { Dataset } from '../dataset.ts';
import type { Graded } from './grade-all.ts';

/** What became of the predictions for one cluster (a repository). */
export interface GradingRow {
  readonly cluster: string;
  readonly instances: number;
  readonly resolved: number;
  readonly unresolved: number;
  /** Of the unresolved: the patch does not apply. */
  readonly refused: number;
  /** Of the unresolved: nothing was handed in. */
  readonly empty: number;
  /** No verdict, by no fault of the patch's: code -> how many. */
  readonly infra: Readonly<Record<string, number>>;
  readonly medianSeconds: number;
  readonly slowestSeconds: number;
}

/** By cluster, most instances first. */
export function gradingCensus(dataset: Dataset, graded: readonly Graded[]): GradingRow[] {
  const clusterOf = new Map(dataset.instances.map(({ id, cluster }) => [id, cluster]));
  const byCluster = Map.groupBy(graded, ({ prediction }) => clusterOf.get(prediction.instance_id) ?? '');
  const rows = [...byCluster].map(([cluster, own]): GradingRow => {
    const verdicts = own.map(({ verdict }) => verdict);
    const count = (fits: (verdict: (typeof verdicts)[number]) => boolean) => verdicts.filter(fits).length;
    const faults = verdicts.flatMap(({ infra }) => (infra === null ? [] : [infra]));
    const seconds = verdicts.map((verdict) => verdict.seconds).sort((a, b) => a - b);
    return {
      cluster,
      instances: own.length,
      resolved: count(({ resolved }) => resolved === true),
      unresolved: count(({ resolved }) => resolved === false),
      refused: count(({ resolved, patch }) => resolved === false && patch === 'not-applicable'),
      empty: count(({ resolved, patch }) => resolved === false && patch === 'empty'),
      infra: Object.fromEntries(
        [...Map.groupBy(faults, ({ class: kind, code }) => `${kind}/${code}`)].map(([name, all]) => [
          name,
          all.length,
        ]),
      ),
      medianSeconds: seconds[Math.floor(seconds.length / 2)] ?? 0,
      slowestSeconds: seconds.at(-1) ?? 0,
    };
  });
  return rows.sort((a, b) => b.instances - a.instances);
}
