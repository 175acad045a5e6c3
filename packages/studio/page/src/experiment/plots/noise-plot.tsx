import { useCallback } from 'react';
import type { AgentTold } from '../../../../src/told/experiment.ts';
import { Figure, type PlotModule } from './figure.tsx';

const PARTS = { data: 'between tasks', prediction: 'between attempts' } as const;
/** One attempt each does not say which of the two it is. */
const NOT_SEPARATED = 'not separated';
/** Not those of agents: a part of the noise is nobody's. */
const COLOURS: Readonly<Record<string, string>> = {
  [PARTS.data]: 'var(--part-1)',
  [PARTS.prediction]: 'var(--part-2)',
  [NOT_SEPARATED]: 'var(--part-3)',
};

/** Where the scatter of one attempt's score comes from: much between tasks asks for tasks, much between attempts for attempts. */
export function NoisePlot({ agents }: { readonly agents: readonly AgentTold[] }) {
  const known = agents.flatMap(({ name, solved }) => (solved === null ? [] : [{ name, ...solved.noise }]));
  const parts = known.flatMap(({ name, total, data, prediction }) =>
    data === null || prediction === null
      ? [{ name, part: NOT_SEPARATED, variance: total }]
      : [
          { name, part: PARTS.data, variance: data },
          { name, part: PARTS.prediction, variance: prediction },
        ],
  );
  const key = JSON.stringify(parts);
  const make = useCallback(
    (Plot: PlotModule) => {
      const own = JSON.parse(key) as typeof parts;
      const kinds = Object.keys(COLOURS).filter((part) => own.some((each) => each.part === part));
      return {
        ...{ marginLeft: 110, marginRight: 16 },
        x: { label: 'variance of an attempt’s score', grid: true },
        y: { label: null },
        color: {
          legend: true,
          domain: kinds,
          range: kinds.map((part) => COLOURS[part]!),
        },
        marks: [
          Plot.barX(own, {
            x: 'variance',
            y: 'name',
            z: 'part',
            fill: 'part',
            insetTop: 3,
            insetBottom: 3,
            sort: { y: null },
          }),
          Plot.ruleX([0], { stroke: 'var(--line-strong)' }),
        ],
      };
    },
    [key],
  );
  if (known.length === 0) return null;
  const rows = known.map(({ name, total, data, prediction }) => [
    name,
    ...[data, prediction, total].map((each) => (each === null ? '–' : each.toFixed(4))),
  ]);
  return (
    <Figure
      title="Noise"
      about={`Variance of one attempt's score between tasks, between attempts, and in total: ${rows.map((row) => row.join(' ')).join('; ')}`}
      make={make}
      instead={
        known.every(({ total }) => total === 0)
          ? 'Nothing varies: all attempts of an agent came out alike.'
          : null
      }
      numbers={{ head: ['Agent', 'Between tasks', 'Between attempts', 'Total'], rows }}
    />
  );
}
