import { useCallback } from 'react';
import type { AgentTold } from '../../../../src/told/experiment.ts';
import { money, percentWith } from '../../words.ts';
import { Figure, type PlotModule, seriesOf } from './figure.tsx';

/** What an attempt costs against how often it solves, both with their intervals. */
export function CostQualityPlot({ agents }: { readonly agents: readonly AgentTold[] }) {
  const points = agents.flatMap(({ name, solved }) => {
    if (solved === null) return [];
    const { usd, onTasksLikeThese: share } = solved;
    return [
      {
        ...{ name, x: usd.value, x1: Math.max(0, usd.low ?? 0), x2: usd.high ?? usd.value },
        ...{ y: share.value, y1: Math.max(0, share.low ?? 0), y2: Math.min(1, share.high ?? 1) },
      },
    ];
  });
  const key = JSON.stringify(points);
  const make = useCallback(
    (Plot: PlotModule) => {
      const own = JSON.parse(key) as typeof points;
      return {
        ...{ marginLeft: 48, marginRight: 90, grid: true, color: seriesOf(agents.map(({ name }) => name)) },
        symbol: { domain: agents.map(({ name }) => name) },
        x: { label: 'dollars per attempt', tickFormat: money, zero: true, ticks: 4 },
        y: { label: 'solved', percent: true, zero: true },
        marks: [
          Plot.ruleY(own, { x1: 'x1', x2: 'x2', y: 'y', stroke: 'name', strokeWidth: 2, strokeOpacity: 0.5 }),
          Plot.ruleX(own, { y1: 'y1', y2: 'y2', x: 'x', stroke: 'name', strokeWidth: 2, strokeOpacity: 0.5 }),
          Plot.text(own, {
            ...{ x: 'x', y: 'y', text: 'name', fill: 'var(--text)', textAnchor: 'start' as const },
            ...{ dx: 9, dy: -9, stroke: 'var(--panel)', strokeWidth: 3 },
          }),
          Plot.dot(own, { x: 'x', y: 'y', symbol: 'name', fill: 'name', stroke: 'var(--panel)', r: 5 }),
        ],
      };
    },
    [key, agents],
  );
  if (points.length === 0) return null;
  const rows = agents.flatMap(({ name, solved }) => {
    if (solved === null) return [];
    const { usd, onTasksLikeThese: share } = solved;
    const range = usd.low === null || usd.high === null ? '' : ` [${money(usd.low)}–${money(usd.high)}]`;
    return [[name, percentWith(share), `${money(usd.value)}${range}`]];
  });
  return (
    <Figure
      title="Cost against quality"
      about={`Solved share against dollars per attempt, each with its interval: ${rows.map((row) => row.join(' ')).join('; ')}`}
      make={make}
      instead={points.every(({ x2 }) => x2 === 0) ? 'No attempt cost anything: all are $0.' : null}
      numbers={{ head: ['Agent', 'Solved', 'Dollars per attempt'], rows }}
    />
  );
}
