import { useCallback } from 'react';
import type { AgentTold } from '../../../../src/told/experiment.ts';
import { percent, percentWith } from '../../words.ts';
import { Figure, type PlotModule, seriesOf } from './figure.tsx';

/** What agents stated of their patches against what came true; on the line, both are the same. */
export function CalibrationPlot({ agents }: { readonly agents: readonly AgentTold[] }) {
  const bins = agents.flatMap(({ name, calibration }) =>
    (calibration?.bins ?? []).map(({ stated, observed, count }) => ({
      ...{ name, stated, count, observed: observed.value, low: observed.low ?? 0, high: observed.high ?? 1 },
    })),
  );
  const key = JSON.stringify(bins);
  const make = useCallback(
    (Plot: PlotModule) => {
      const own = JSON.parse(key) as typeof bins;
      return {
        ...{
          marginLeft: 44,
          grid: true,
          color: { ...seriesOf(agents.map(({ name }) => name)), legend: true },
        },
        symbol: { domain: agents.map(({ name }) => name) },
        x: { label: 'stated', percent: true, domain: [0, 100] },
        y: { label: 'observed', percent: true, domain: [0, 100] },
        marks: [
          Plot.line(
            [
              [0, 0],
              [1, 1],
            ],
            { z: null, stroke: 'var(--line-strong)', strokeDasharray: '4 4' },
          ),
          Plot.ruleX(own, {
            x: 'stated',
            y1: 'low',
            y2: 'high',
            stroke: 'name',
            strokeOpacity: 0.45,
            strokeWidth: 2,
          }),
          Plot.line(own, { x: 'stated', y: 'observed', z: 'name', stroke: 'name', strokeWidth: 1.5 }),
          Plot.dot(own, {
            x: 'stated',
            y: 'observed',
            fill: 'name',
            symbol: 'name',
            stroke: 'var(--panel)',
            r: 4.5,
          }),
        ],
      };
    },
    [key, agents],
  );
  if (bins.length === 0) return null;
  const rows = bins.map(({ name, stated, observed, low, high, count }) => [
    name,
    percent(stated),
    percentWith({ value: observed, low, high }),
    String(count),
  ]);
  const scores = agents.flatMap(({ name, calibration }) =>
    calibration === null
      ? []
      : [
          `${name}: Brier ${calibration.brier.value.toFixed(3)}, the base rate alone ${calibration.brierOfBaseRate.toFixed(3)}`,
        ],
  );
  return (
    <Figure
      title="Calibration"
      about={`Stated probability against what came true. ${scores.join('; ')}`}
      make={make}
      numbers={{ head: ['Agent', 'Stated', 'Observed', 'Statements'], rows }}
    />
  );
}
