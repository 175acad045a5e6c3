import type { AgentRow, AgentTree } from '@heddle/agent';
import type { Palette } from '../palette.ts';
import { clip, columnsOf, count, duration, money, padEnd, padStart } from '../text.ts';
import { endText } from './end-text.ts';

interface Look {
  readonly columns: number;
  readonly palette: Palette;
}

const GAP = 2;
/** Below this a reason tells nothing. */
const MIN_WHY_COLUMNS = 8;

/** The agents of a rollout as a tree: how each ended, its steps, time and cost, and the rollout to look into. */
export function agentsTreeText(tree: AgentTree, { columns, palette }: Look): string {
  const lines = tree.rows().map((row) => cellsOf(row, tree, palette));
  const width = (of: (cells: Cells) => string) => Math.max(0, ...lines.map((cells) => columnsOf(of(cells))));
  const fixed = [
    (cells: Cells) => cells.steps,
    (cells: Cells) => cells.time,
    (cells: Cells) => cells.cost,
    (cells: Cells) => cells.rollout,
  ].filter((of) => width(of) > 0);
  const label = width((cells) => cells.label);
  const right = fixed.reduce((sum, of) => sum + width(of) + GAP, 0);
  const middle = Math.max(0, Math.min(width(middleOf), columns - GAP - label - GAP - right));
  return lines
    .map((cells) => {
      const text = columnsOf(cells.state) + MIN_WHY_COLUMNS > middle ? cells.state : middleOf(cells);
      const ends = fixed.map((of) => `  ${padStart(of(cells), width(of))}`).join('');
      return `  ${padEnd(cells.label, label)}  ${padEnd(clip(text, middle), middle)}${ends}`.trimEnd();
    })
    .join('\n');
}

interface Cells {
  readonly label: string;
  readonly state: string;
  readonly why: string;
  readonly steps: string;
  readonly time: string;
  readonly cost: string;
  readonly rollout: string;
}

function middleOf({ state, why }: Cells): string {
  return why === '' ? state : `${state}  ${why}`;
}

function cellsOf(row: AgentRow, tree: AgentTree, palette: Palette): Cells {
  const { label, depth, heading, rollout, agent, progress } = row;
  const end = endText(row);
  const { forked, rollout: id = '' } = rollout?.begun ?? {};
  const spent = rollout?.returned?.spent;
  const steps = spent?.steps ?? progress?.activity.step ?? 0;
  const from = forked === undefined ? '' : `from ${tree.labelOf(forked.rollout)} step ${forked.step}`;
  // The sign says it.
  const said = row.work?.verified === true ? '' : (end?.why ?? '');
  const why = [said, from].filter((text) => text !== '').join(', ');
  return {
    label: palette.bold(`${'  '.repeat(depth)}${label}`),
    state:
      end === null
        ? heading
          ? palette.dim(agent)
          : row.phase
        : palette[end.colour](`${end.sign} ${end.state}`),
    why: palette.dim(why),
    steps: steps === 0 ? '' : count(steps, 'step'),
    time: spent === undefined ? '' : duration(spent.seconds),
    cost: (spent?.usd ?? 0) === 0 ? '' : money(spent!.usd),
    rollout: palette.cyan(id),
  };
}
