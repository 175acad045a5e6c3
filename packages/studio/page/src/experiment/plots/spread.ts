import type { TrialTableTold } from '../../../../src/told/trial-table.ts';

export type SpreadOf = 'steps' | 'seconds' | 'usd';

/** What each agent's attempts took, sorted; attempts of which nothing is known are left out. */
export interface Spread {
  readonly name: string;
  readonly values: readonly number[];
}

export function spreadsOf(table: TrialTableTold, what: SpreadOf): Spread[] {
  const { agents, attempts } = table;
  const byAgent = agents.map((name) => ({ name, values: [] as number[] }));
  for (const [place, value] of table[what].entries())
    if (value !== null) byAgent[Math.floor(place / attempts) % agents.length]!.values.push(value);
  for (const { values } of byAgent) values.sort((a, b) => a - b);
  return byAgent;
}

/** The one value that all attempts took: there is nothing to draw. Null: they differ, or there are none. */
export function commonOf(
  spreads: readonly Spread[],
): { readonly value: number; readonly count: number } | null {
  const all = spreads.flatMap(({ values }) => values);
  const [value] = all;
  return value === undefined || all.some((each) => each !== value) ? null : { value, count: all.length };
}

/** Quartiles of what is sorted. */
export function boxOf(sorted: readonly number[]) {
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return { least: at(0), low: at(0.25), median: at(0.5), high: at(0.75), most: at(1) };
}

/** Less than that many times as much, and a logarithmic axis would have one tick or none. */
const LOG_FROM = 10;

/** Of the usual ticks those for a logarithmic axis; null: a linear one from zero shows more. */
export function logTicks(usual: readonly number[], spreads: readonly Spread[]): number[] | null {
  const [least, most] = spreads
    .flatMap(({ values }) => (values.length === 0 ? [] : [[values[0]!, values.at(-1)!] as const]))
    .reduce(([low, high], [own, ownMost]) => [Math.min(low, own), Math.max(high, ownMost)], [
      Number.POSITIVE_INFINITY,
      0,
    ] as readonly [number, number]);
  if (!(least > 0) || most < least * LOG_FROM) return null;
  const ticks = usual.filter((tick) => tick >= least && tick <= most);
  return ticks.length < 2 ? null : ticks;
}
