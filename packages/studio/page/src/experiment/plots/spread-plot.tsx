import { useCallback } from 'react';
import type { TrialTableTold } from '../../../../src/told/trial-table.ts';
import { duration, money } from '../../words.ts';
import { Figure, type PlotModule, seriesOf } from './figure.tsx';

const KINDS = {
  steps: {
    ...{ title: 'Steps', label: 'steps', say: (value: number) => String(Math.round(value)) },
    ticks: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
  },
  seconds: {
    ...{ title: 'Time', label: 'time of an attempt', say: duration },
    ticks: [1, 5, 20, 60, 300, 1200, 3600, 14_400, 86_400],
  },
  usd: {
    ...{ title: 'Money', label: 'dollars per attempt', say: (value: number) => money(value) },
    ticks: [0.001, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
  },
} as const;

/** Points that are drawn for one agent: more would only be drawn over each other. */
const MOST_POINTS = 400;

/** How amounts are spread over attempts: each attempt a tick, quartiles as a box. */
export function SpreadPlot({
  table,
  what,
}: {
  readonly table: TrialTableTold;
  readonly what: keyof typeof KINDS;
}) {
  const { title, label, say, ticks } = KINDS[what];
  const make = useCallback(
    (Plot: PlotModule) => {
      const byAgent = amountsOf(table, what);
      const boxes = byAgent.flatMap(({ name, values }) =>
        values.length === 0 ? [] : [{ name, ...boxOf(values) }],
      );
      const points = byAgent.flatMap(({ name, values }) => {
        const stride = Math.max(1, Math.ceil(values.length / MOST_POINTS));
        return values.filter((_, at) => at % stride === 0).map((value) => ({ name, value }));
      });
      const positive = points.every(({ value }) => value > 0) && points.length > 0;
      return {
        ...{ marginLeft: 110, marginRight: 16, color: seriesOf(table.agents) },
        x: {
          label,
          grid: true,
          tickFormat: (value: number) => say(value),
          ...(positive ? { type: 'log' as const, ticks: within(ticks, points) } : { zero: true, ticks: 5 }),
        },
        y: { label: null, domain: table.agents },
        marks: [
          Plot.tickX(points, {
            x: 'value',
            y: 'name',
            stroke: 'name',
            strokeOpacity: 0.22,
            insetTop: 5,
            insetBottom: 5,
          }),
          Plot.barX(boxes, {
            x1: 'low',
            x2: 'high',
            y: 'name',
            fill: 'name',
            fillOpacity: 0.3,
            insetTop: 9,
            insetBottom: 9,
          }),
          Plot.tickX(boxes, {
            x: 'median',
            y: 'name',
            stroke: 'var(--text)',
            strokeWidth: 2.5,
            insetTop: 6,
            insetBottom: 6,
          }),
        ],
      };
    },
    [table, what, label, say, ticks],
  );
  const rows = amountsOf(table, what).flatMap(({ name, values }) => {
    if (values.length === 0) return [];
    const { least, low, median, high, most } = boxOf(values);
    return [[name, ...[least, low, median, high, most].map((value) => say(value))]];
  });
  if (rows.length === 0) return null;
  return (
    <Figure
      title={title}
      about={`Quartiles of ${label}: ${rows.map((row) => row.join(' ')).join('; ')}`}
      make={make}
      numbers={{ head: ['Agent', 'Minimum', 'First quartile', 'Median', 'Third quartile', 'Maximum'], rows }}
    />
  );
}

/** Of the usual ones, those between the least and the most. */
function within(ticks: readonly number[], points: readonly { readonly value: number }[]): number[] {
  const values = points.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return ticks.filter((tick) => tick >= least && tick <= most);
}

/** Sorted. */
function amountsOf(table: TrialTableTold, what: keyof typeof KINDS) {
  const { agents, attempts } = table;
  const byAgent = agents.map((name) => ({ name, values: [] as number[] }));
  for (const [place, value] of table[what].entries())
    if (value !== null) byAgent[Math.floor(place / attempts) % agents.length]!.values.push(value);
  for (const { values } of byAgent) values.sort((a, b) => a - b);
  return byAgent;
}

function boxOf(sorted: readonly number[]) {
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return { least: at(0), low: at(0.25), median: at(0.5), high: at(0.75), most: at(1) };
}
