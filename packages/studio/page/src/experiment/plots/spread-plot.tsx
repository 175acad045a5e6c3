import { useCallback } from 'react';
import type { TrialTableTold } from '../../../../src/told/trial-table.ts';
import { duration, money, plural } from '../../words.ts';
import { Figure, type PlotModule, seriesOf } from './figure.tsx';
import { boxOf, commonOf, logTicks, type SpreadOf, spreadsOf } from './spread.ts';

const KINDS = {
  steps: {
    ...{ title: 'Steps', label: 'steps', say: (value: number) => String(Math.round(value)) },
    ticks: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
  },
  seconds: {
    ...{ title: 'Time', label: 'time of an attempt', say: duration },
    ticks: [0.1, 0.3, 1, 5, 20, 60, 300, 1200, 3600, 14_400, 86_400],
  },
  usd: {
    ...{ title: 'Money', label: 'dollars per attempt', say: (value: number) => money(value) },
    ticks: [0.0001, 0.001, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
  },
} as const;

/** Points that are drawn for one agent: more would only be drawn over each other. */
const MOST_POINTS = 400;

/** Steps are whole: no more marks on the axis than there are of them. */
function wholeTicks(spreads: ReturnType<typeof spreadsOf>): number {
  const most = spreads.flatMap(({ values }) => values).reduce((top, value) => Math.max(top, value), 1);
  return Math.min(5, most);
}

/** How amounts are spread over attempts: each attempt a tick, quartiles as a box. */
export function SpreadPlot({ table, what }: { readonly table: TrialTableTold; readonly what: SpreadOf }) {
  const { title, label, say, ticks } = KINDS[what];
  const make = useCallback(
    (Plot: PlotModule) => {
      const byAgent = spreadsOf(table, what);
      const boxes = byAgent.flatMap(({ name, values }) =>
        values.length === 0 ? [] : [{ name, ...boxOf(values) }],
      );
      const points = byAgent.flatMap(({ name, values }) => {
        const stride = Math.max(1, Math.ceil(values.length / MOST_POINTS));
        return values.filter((_, at) => at % stride === 0).map((value) => ({ name, value }));
      });
      const byTens = logTicks(ticks, byAgent);
      return {
        ...{ marginLeft: 110, marginRight: 16, color: seriesOf(table.agents) },
        x: {
          label,
          grid: true,
          tickFormat: (value: number) => say(value),
          ...(byTens === null
            ? { zero: true, ticks: what === 'steps' ? wholeTicks(byAgent) : 5 }
            : { type: 'log' as const, ticks: byTens }),
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
  const spreads = spreadsOf(table, what);
  const rows = spreads.flatMap(({ name, values }) => {
    if (values.length === 0) return [];
    const { least, low, median, high, most } = boxOf(values);
    return [[name, ...[least, low, median, high, most].map((value) => say(value))]];
  });
  if (rows.length === 0) return null;
  const common = commonOf(spreads);
  return (
    <Figure
      title={title}
      about={`Quartiles of ${label}: ${rows.map((row) => row.join(' ')).join('; ')}`}
      make={make}
      instead={
        common === null
          ? null
          : `Nothing varies: ${plural(common.count, 'attempt')}, ${say(common.value)} ${what === 'steps' ? (common.value === 1 ? 'step ' : 'steps ') : ''}each.`
      }
      numbers={{ head: ['Agent', 'Minimum', 'First quartile', 'Median', 'Third quartile', 'Maximum'], rows }}
    />
  );
}
