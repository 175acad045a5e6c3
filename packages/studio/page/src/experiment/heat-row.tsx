import { memo } from 'react';
import { GridPart } from '../parts/grid-part.tsx';
import { money, plural, signed } from '../words.ts';
import type { GridLine } from './grid-view.ts';
import { HeatCell, tallyWords } from './heat-cell.tsx';

interface HeatRowProps {
  readonly line: GridLine;
  readonly index: number;
  /** Pixels from the top of the table. */
  readonly start: number;
  readonly columns: string;
  readonly agents: readonly string[];
  /** The agent whose cell the keys are at; null: they are in another row. */
  readonly here: number | null;
  /** The agent whose attempts are listed. */
  readonly picked: number | null;
  readonly onClick: (line: number, agent: number) => void;
}

/** An instance, or the sum of a cluster. Drawn anew only when something of its own has changed. */
export const HeatRow = memo(function HeatRow({
  line,
  index,
  start,
  columns,
  agents,
  here,
  picked,
  onClick,
}: HeatRowProps) {
  const isInstance = line.kind === 'instance';
  const cells = isInstance ? line.row.cells : line.cells;
  const difference = isInstance ? line.row.difference : null;
  return (
    <GridPart
      role="row"
      aria-rowindex={index + 2}
      className={isInstance ? 'heat-row' : 'heat-row heat-group'}
      style={{ gridTemplateColumns: columns, transform: `translateY(${start}px)` }}
    >
      {isInstance ? (
        <GridPart role="rowheader" className="heat-name mono" title={line.row.broken ?? line.row.id}>
          {line.row.broken !== null && <span className="heat-broken">broken</span>}
          <bdi>{line.row.id}</bdi>
        </GridPart>
      ) : (
        <GridPart role="rowheader" className="heat-name">
          {line.cluster} <span className="dim">{plural(line.count, 'instance')}</span>
        </GridPart>
      )}
      {cells.map((tally, agent) => {
        const signs = `${here === agent ? ' heat-here' : ''}${picked === agent ? ' heat-picked' : ''}`;
        return (
          <GridPart
            key={agents[agent]}
            role="gridcell"
            id={`cell-${index}-${agent}`}
            aria-label={`${agents[agent]}: ${tallyWords(tally)}`}
            aria-selected={picked === agent}
            className={`heat-cell${signs}`}
            onClick={() => onClick(index, agent)}
          >
            {isInstance ? (
              <HeatCell tally={tally} />
            ) : (
              <span className="heat-sum">
                {tally.solved}/{tally.verdicts}
              </span>
            )}
          </GridPart>
        );
      })}
      <GridPart role="gridcell" className="heat-side">
        {difference !== null && difference !== 0 ? signed(difference * 100, 0) : ''}
      </GridPart>
      <GridPart role="gridcell" className="heat-side">
        {isInstance && line.row.usd !== null ? money(line.row.usd) : ''}
      </GridPart>
    </GridPart>
  );
});
