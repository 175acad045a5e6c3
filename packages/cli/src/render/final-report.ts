import type { RolloutResult } from '@heddle/agent';
import type { HandOverOptions } from '../hand-over/hand-over.ts';
import type { Terminal } from '../terminal.ts';
import { changeText } from './outcome.ts';
import type { Palette } from './palette.ts';
import { cappedPatch } from './patch-text.ts';
import { comparedText } from './same-as-text.ts';
import { indent, padEnd, printable } from './text.ts';
import { totals } from './transcript.ts';

export interface Report extends Omit<RolloutResult, 'costUsd'> {
  /** Null: the model's price is unknown. */
  readonly costUsd: number | null;
  /** One line for each place the patch went to. */
  readonly outcome: readonly string[];
  readonly delivery: HandOverOptions;
  /** Of agents made of agents: what came of each; and whether the patch was chosen among several. */
  readonly agents?: { readonly text: string; readonly chosen: boolean };
}

/** Two screens: more is read with `heddle show`. */
const MAX_PATCH_LINES = 60;
const LABEL_COLUMNS = 13;

/** The last words of a run: how it ended, the patch, its evidence, and where to go from here. */
export function reportText(report: Report, { palette }: Terminal): string {
  const { rollout, patch, reason, checks } = report;
  const row = (label: string, text: string) => `  ${palette.dim(padEnd(label, LABEL_COLUMNS))}${text}`;
  const cap = { lines: MAX_PATCH_LINES, rest: `heddle show ${rollout} --diff` };
  const shown = patch === '' || report.delivery.patch === '-' ? '' : cappedPatch(patch, palette, cap);
  const blocks = [
    `${headline(report, palette)} ${palette.dim(`in ${totals(report)}`)}`,
    indent(printable(reason.trim()), '  '),
    report.agents?.text ?? '',
    shown,
    [
      ...checks.map(({ name, before, after }) => row(`check ${name}`, changeText(before, after, palette))),
      ...(report.probability === null
        ? []
        : [
            row(
              'probability',
              `${Math.round(report.probability * 100)} %, by ${report.agents?.chosen ? 'the evidence of the crosscheck' : "the model's own estimate"}`,
            ),
          ]),
      ...(report.assumptions ?? []).map(({ question, assumption }) =>
        row('assumed', printable(`${assumption} (asked: ${question})`)),
      ),
      ...(report.sameAs === undefined ? [] : [row('compared', comparedText(report.sameAs))]),
      ...report.outcome.map((line) => row('', palette.green(line))),
      ...nextSteps(report).map(([label, command]) => row(label, palette.bold(command))),
    ].join('\n'),
  ];
  return `\n${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function headline({ status, verified }: Report, { green, red, yellow, bold }: Palette): string {
  switch (status) {
    case 'solved':
      return bold(green(verified ? '✓ solved and verified' : '✓ solved'));
    case 'unverified':
      return bold(yellow('? finished, but not verified'));
    case 'gave-up':
      return bold(red('✗ gave up'));
    case 'failed':
      return bold(red('✗ failed'));
    case 'limit':
      return bold(yellow('■ stopped at a limit'));
    case 'model-unreachable':
      return bold(red('✗ the model cannot be reached'));
    case 'interrupted':
      return bold(yellow('‖ interrupted'));
    default:
      return status satisfies never;
  }
}

function nextSteps({ rollout, status, patch, delivery, agents, sameAs }: Report): [string, string][] {
  const look: [string, string] = ['look closer', `heddle show ${rollout}`];
  if (status === 'interrupted' || status === 'model-unreachable')
    return [['go on', `heddle resume ${rollout}`], look];
  const further: [string, string][] =
    status === 'limit'
      ? [['go on', `heddle resume ${rollout}, with a larger --steps, --time or --budget`]]
      : [];
  const delivered = delivery.apply || delivery.branch !== undefined || delivery.patch !== undefined;
  const apply: [string, string][] =
    patch === '' || delivered ? [] : [['apply it', `heddle show ${rollout} --diff | git apply`]];
  const why: [string, string][] = agents?.chosen
    ? [['the evidence', `heddle show ${rollout} --crosscheck`]]
    : [];
  const compare: [string, string][] =
    sameAs?.result === 'different' ? [['differences', `heddle diff ${sameAs.rollout} ${rollout}`]] : [];
  return [...further, ...apply, ...why, ...compare, look];
}
