import type { ExperimentPlan } from '@heddle/lab';
import type { Palette } from './palette.ts';
import { percent } from './share.ts';
import { table } from './table.ts';
import { ago } from './text.ts';

/** One line of `heddle experiments`. */
export interface ExperimentLine {
  readonly experiment: string;
  readonly name: string;
  readonly createdAt: number;
  readonly plan: ExperimentPlan;
  readonly finished: number;
  readonly planned: number;
  /** Of each agent, solved of those with a verdict; null: none has one yet. */
  readonly solved: readonly (number | null)[];
}

interface Look {
  readonly columns: number;
  readonly palette: Palette;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function experimentTable(lines: readonly ExperimentLine[], { columns, palette, now }: Look): string {
  if (lines.length === 0) return 'No experiment yet. Begin one with `heddle eval`.\n';
  return table(
    [
      { title: 'EXPERIMENT' },
      { title: 'BEGUN' },
      { title: 'TRIALS', align: 'right' },
      { title: 'NAME' },
      { title: 'AGENTS' },
    ],
    lines.map(({ experiment, createdAt, finished, planned, name, plan, solved }) => [
      palette.bold(experiment),
      ago(createdAt, now),
      finished === planned ? String(planned) : palette.yellow(`${finished}/${planned}`),
      name,
      plan.agents.map((agent, at) => `${agent.name} ${percent(solved[at] ?? null)}`).join(', '),
    ]),
    columns,
  );
}
