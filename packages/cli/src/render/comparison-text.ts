import { actionTitle } from '@heddle/agent';
import {
  type AgentComparison,
  type AmountComparison,
  type AmountSummary,
  brokenWords,
  type ComparedSide,
  type ShownFlip,
} from '@heddle/lab';
import type { Palette } from './palette.ts';
import { facts, percent, pointRange, points, pValue, range, size } from './share.ts';
import { table } from './table.ts';
import { clip, count, duration, money, tokenCount } from './text.ts';
import { summaryOf } from './version-summary.ts';

interface Look {
  readonly columns: number;
  readonly palette: Palette;
  /** Flipped instances that are listed. */
  readonly flipped: number;
}

/** Slices of more clusters than this are for `--json`. */
const MAX_SLICES = 12;

/** Which of two agents is better, by how much, and how sure that is. */
export function comparisonText(compared: AgentComparison, look: Look): string {
  const { palette } = look;
  return [
    `${palette.bold('A')}  ${sideText(compared.a, palette)}${palette.bold('B')}  ${sideText(compared.b, palette)}\n`,
    warningsText(compared, palette),
    solvedText(compared, palette),
    amountsText(compared, look),
    slicesText(compared, look),
    differText(compared),
    flippedText(compared, look),
  ].join('');
}

function sideText({ experiment, name, agent, counts }: ComparedSide, palette: Palette): string {
  const { solved, failed, limit, infra, notRun } = counts;
  const model = agent.model === null ? '' : `  ${agent.model}`;
  const rest = `${solved} solved, ${failed} not, ${limit} at a limit, ${infra} infra${notRun === 0 ? '' : `, ${notRun} not run`}`;
  return `${palette.bold(agent.name)}${palette.dim(`${model}  ${experiment} ${name}: ${rest}`)}\n`;
}

function warningsText({ comparison, spoilt, broken, conditions }: AgentComparison, palette: Palette): string {
  const { instances, of, leftOut } = broken;
  const without = leftOut ? '' : ' (--without-broken leaves out what is marked)';
  const warnings = [
    ...(instances === 0 ? [] : [`${brokenWords(instances, of, leftOut)}${without}.`]),
    ...(spoilt === 0
      ? []
      : [
          `Withheld: ${count(spoilt, 'trial')} without a verdict (infra). What follows is not the planned comparison; \`heddle eval --resume EXPERIMENT --retry-infra\` tries them again.`,
        ]),
    ...(conditions.length === 0
      ? []
      : [
          `Not run alike: ${conditions.map(({ key, was, is }) => `${key} ${say(was)} and ${say(is)}`).join('; ')}.`,
        ]),
    ...comparison.warnings,
  ];
  return warnings.length === 0 ? '' : `${warnings.map((each) => palette.yellow(`! ${each}\n`)).join('')}\n`;
}

function say(value: unknown): string {
  return value === undefined ? 'none' : clip(typeof value === 'string' ? value : JSON.stringify(value), 24);
}

function solvedText({ comparison: c, spoilt }: AgentComparison, palette: Palette): string {
  const held = spoilt > 0;
  const certain = !held && (c.difference.low > 0 || c.difference.high < 0);
  const better = c.difference.value > 0 ? 'A' : 'B';
  const verdict = held
    ? 'no verdict while trials are spoilt'
    : certain
      ? `${better} is better`
      : 'no difference is shown';
  const attempts = [c.attempts.a, c.attempts.b].map(([least, most]) =>
    least === most ? String(most) : `${least} to ${most}`,
  );
  const rows: [string, string][] = [
    ['A', `${percent(c.a.value)}  ${range(c.a)}`],
    ['B', `${percent(c.b.value)}  ${range(c.b)}`],
    [
      'A - B',
      `${palette.bold(points(c.difference.value))} points  ${pointRange(c.difference)}  p = ${pValue(c.test.p)}  ${palette.bold(verdict)}`,
    ],
    ['', palette.dim(`interval: ${c.difference.method}; test: ${c.test.method}`)],
  ];
  if (c.onTheseTasks !== null)
    rows.push(['on exactly these', `${points(c.onTheseTasks.value)} points  ${pointRange(c.onTheseTasks)}`]);
  rows.push([
    'standard error',
    `${size(c.se.total)} points paired, ${size(c.se.unpaired)} had they not been${c.se.prediction === null ? '' : `; ${size(c.se.prediction)} from attempts alone`}`,
  ]);
  if (c.mcnemar !== null)
    rows.push([
      'only one solved',
      `A ${c.mcnemar.onlyA}, B ${c.mcnemar.onlyB}  exact McNemar p = ${pValue(c.mcnemar.p)} (mid-p ${pValue(c.mcnemar.midP)})`,
    ]);
  if (c.correlation !== null)
    rows.push(['correlation', `${c.correlation.toFixed(2)} of the two over instances`]);
  const need =
    c.required === null
      ? ''
      : `; to see ${size(Math.abs(c.required.difference))}: ${count(c.required.tasks, 'instance')}${c.required.attempts === null ? '' : ` or ${count(c.required.attempts, 'attempt')} each`}`;
  rows.push([
    'can be seen',
    `${size(c.detectable)} points with these ${count(c.tasks, 'instance')} of ${count(c.clusters, 'cluster')} and ${attempts.join(' and ')} attempts${need}`,
  ]);
  const alone = c.onlyInA + c.onlyInB;
  if (alone > 0)
    rows.push([
      'left out',
      `${count(alone, 'instance')} that only one has a verdict on (A ${c.onlyInA}, B ${c.onlyInB})`,
    ]);
  return `Solved\n${facts(rows, '  ')}\n`;
}

function amountsText({ usd, outputTokens, seconds }: AgentComparison, { columns }: Look): string {
  const side = ({ total, median, perSolved }: AmountSummary, of: (amount: number) => string) =>
    `${of(total)}, ${of(median)}, ${perSolved === null ? '-' : of(perSolved)}`;
  const row = (label: string, { a, b, ratio }: AmountComparison, of: (amount: number) => string) => [
    label,
    side(a, of),
    side(b, of),
    a.total === 0 || b.total === 0
      ? '-'
      : `${ratio.value.toFixed(2)}  ${Number.isFinite(ratio.high) ? `${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}` : `${ratio.low.toFixed(2)} or more`}`,
  ];
  const text = table(
    [{ title: '' }, { title: 'A' }, { title: 'B' }, { title: 'A / B' }],
    [
      row('cost', usd, money),
      row('output tokens', outputTokens, (tokens) => tokenCount(Math.round(tokens))),
      row('time', seconds, duration),
    ],
    columns,
  );
  return `${text}In all, the median of a trial, for each solved.\n\n`;
}

function slicesText({ comparison: { slices } }: AgentComparison, { columns }: Look): string {
  if (slices.length < 2) return '';
  const shown = slices.slice(0, MAX_SLICES);
  const right = 'right' as const;
  const text = table(
    [
      { title: 'CLUSTER' },
      ...['INSTANCES', 'A', 'B', 'A - B', 'P', 'HOLM'].map((title) => ({ title, align: right })),
    ],
    shown.map(({ cluster, tasks, a, b, difference, p, holm }) => [
      cluster,
      String(tasks),
      percent(a),
      percent(b),
      points(difference.value),
      pValue(p),
      pValue(holm),
    ]),
    columns,
  );
  const more = slices.length - shown.length;
  return `${text}${more > 0 ? `and ${count(more, 'cluster')} more (--json)\n` : ''}\n`;
}

function differText({ versions }: AgentComparison): string {
  const what = versions === null ? 'not recorded for both' : summaryOf(versions);
  return `The agents differ in: ${what}\n\n`;
}

function flippedText(
  { flipped, comparison }: AgentComparison,
  { columns, palette, flipped: most }: Look,
): string {
  if (flipped.length === 0) return 'No instance on which they differ.\n';
  const shown = flipped.slice(0, most);
  const [up, down] = [1, -1].map(
    (sign) => flipped.filter((each) => Math.sign(each.difference) === sign).length,
  );
  const head = `Instances on which they differ: ${flipped.length} of ${comparison.tasks} (A better on ${up}, B on ${down})\n`;
  const more = flipped.length - shown.length;
  return [
    head,
    ...shown.flatMap((flip) => flipText(flip, columns, palette)),
    ...(more > 0 ? [palette.dim(`  and ${more} more: --flipped ${flipped.length}\n`)] : []),
  ].join('');
}

function flipText(flip: ShownFlip, columns: number, palette: Palette): string[] {
  const { a, b, rollouts, parting } = flip;
  const share = ({ mean, attempts }: typeof a) =>
    attempts === 1
      ? mean >= 0.5
        ? 'solved'
        : 'not'
      : `${Number((mean * attempts).toFixed(2))} of ${attempts}`;
  const lines = [
    `  ${palette.bold(flip.instance)}  A ${share(a)}, B ${share(b)}  ${palette.dim(`${rollouts[0]} and ${rollouts[1]}`)}`,
  ];
  if (parting === null) lines.push(palette.dim('    both did the same to the end'));
  if (parting != null) {
    const { same } = parting;
    lines.push(palette.dim(`    part after ${same === 0 ? 'nothing in common' : count(same, 'act')}:`));
    for (const [name, act] of [
      ['A', parting.a],
      ['B', parting.b],
    ] as const)
      lines.push(
        `      ${name}  ${act === null ? 'had ended' : `${palette.dim(`step ${act.step}`)}  ${actionTitle(act.tool, act.input)}`}`,
      );
  }
  return lines.map((line) => `${clip(line, columns)}\n`);
}
