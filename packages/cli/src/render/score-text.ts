import type { ScoreRow, TrialKey } from '@heddle/core';
import type { AgentScores, ScoreReport, TrialScore } from '@heddle/lab';
import type { Terminal } from '../terminal.ts';
import { pValue } from './share.ts';
import { table } from './table.ts';
import { clip, count, printable } from './text.ts';

type Look = Pick<Terminal, 'palette' | 'columns'>;

/** A score as people read it: three digits that count. */
function number(value: number): string {
  if (!Number.isFinite(value)) return 'any';
  return Number.isInteger(value) ? String(value) : value.toPrecision(3).replace(/\.?0+$/, '');
}

function signed(value: number): string {
  return value > 0 ? `+${number(value)}` : number(value);
}

/** Means with intervals for each score and agent; of two agents their difference on the same instances below. */
export function scoreText(reports: readonly ScoreReport[], { palette, columns }: Look): string {
  if (reports.length === 0) return 'Nothing is scored yet: name scorers with --scorer\n';
  const rows = reports.flatMap(({ score, agents }) =>
    agents.map((agent, at) => [at === 0 ? score : '', agent.agent, ...cells(agent), unscoredText(agent)]),
  );
  const head = [
    { title: 'score' },
    { title: 'agent' },
    { title: 'mean', align: 'right' as const },
    { title: '95 % interval' },
    { title: 'trials', align: 'right' as const },
    { title: 'unscored' },
  ];
  const pairs = reports.flatMap(({ score, agents, comparison }) => {
    if (comparison === null) return [];
    const [a, b] = agents.filter(({ description }) => description !== null);
    const { difference, test, tasks } = comparison;
    return [
      [
        score,
        `${a!.agent} - ${b!.agent}`,
        signed(difference.value),
        `${signed(difference.low)} to ${signed(difference.high)}`,
        pValue(test.p),
        count(tasks, 'instance'),
      ],
    ];
  });
  const paired =
    pairs.length === 0
      ? ''
      : `\n${palette.bold('On the same instances')}\n${table(
          [
            { title: 'score' },
            { title: 'difference' },
            { title: 'mean', align: 'right' },
            { title: '95 % interval' },
            { title: 'p', align: 'right' },
            { title: 'of' },
          ],
          pairs,
          columns,
        )}${palette.dim(clip('Several scores are looked at: of twenty that show nothing, one has p < 0.05 by chance.', columns))}\n`;
  return `${table(head, rows, columns)}${paired}`;
}

function cells({ description, scored }: AgentScores): string[] {
  if (description === null) return ['-', '', String(scored)];
  const { value, low, high } = description.mean;
  return [number(value), `${number(low)} to ${number(high)}`, String(scored)];
}

function unscoredText({ unscored }: AgentScores): string {
  const reasons = Object.entries(unscored).sort(([, a], [, b]) => b - a);
  return reasons.map(([why, times]) => `${times} ${printable(why)}`).join('; ');
}

/** Every score with its reason. */
export function eachScoreText(rows: readonly ScoreRow[], { palette, columns }: Look): string {
  const lines = rows.map(({ agent, instance, attempt, scorer, value, why }) =>
    clip(
      `${agent}  ${instance}  ${attempt}  ${scorer}  ${value === null ? palette.dim('unscored') : palette.bold(number(value))}  ${printable(why)}`,
      columns,
    ),
  );
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`;
}

/** Of a trial just scored: the scorer's own score, the parts left out. */
export function scoreLine(
  { agent, instance, attempt }: TrialKey,
  scorer: string,
  scores: Readonly<Record<string, TrialScore>>,
): string {
  const score = scores[scorer];
  const said =
    score === undefined
      ? count(Object.keys(scores).length, 'score')
      : 'unscored' in score
        ? `unscored: ${printable(score.unscored)}`
        : number(score.value);
  return `${agent}  ${instance}  attempt ${attempt}  ${scorer} ${said}`;
}
