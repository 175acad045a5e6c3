import { checkLine } from '../report.ts';
import type { RolloutState } from '../state.ts';

/** Paths listed: what more there is can be seen with git status. */
const MAX_PATHS = 60;
const MAX_READ_PATHS = 40;
const MAX_FAILING = 12;

const SUMMARY_HEADING = '## The work so far';

/**
 * The note that stands for folded steps. All but the summary is written by the harness, from the journal: the words of
 * the user and the plan verbatim, files, checks. The task itself is never folded.
 */
export function memoryNote(state: RolloutState, upTo: number, summary: string): string {
  const recall = state.config.tools.includes('recall')
    ? ' `recall` finds what they said, word for word.'
    : '';
  const parts = [
    `Steps 1 to ${upTo} were folded into this note to make room; the task above stands as it was given.${recall}`,
    ...section(
      'What the user said meanwhile',
      state.words.map(({ step, text }) => `- after step ${step}: ${text}`),
    ),
    ...section(
      'Questions',
      state.answers.map(({ question, answer }) => `- ${question}\n  the user: ${answer}`),
    ),
    ...section(
      'Assumptions, for want of an answer',
      state.assumptions.map(({ question, assumption }) => `- ${question}\n  assumed: ${assumption}`),
    ),
    ...section('Plan', planLines(state)),
    ...section(
      'Notes you kept',
      state.notes.map((note) => `- ${note}`),
    ),
    ...section('Files changed so far', capped(changedLines(state), MAX_PATHS)),
    ...section('Files read', capped(readLines(state), MAX_READ_PATHS)),
    ...section('Checks as last run', checkLines(state)),
    ...section(
      'Still running',
      state.running.map(({ session, command }) => `- session ${session}: ${command}`),
    ),
    `${SUMMARY_HEADING}\n${summary.replaceAll(SUMMARY_HEADING, '## Before')}`,
  ];
  return `<memory>\n${parts.join('\n\n')}\n</memory>`;
}

/** The summary in such a note; null for any other text. */
export function summaryIn(text: string): string | null {
  if (!text.startsWith('<memory>')) return null;
  const at = text.lastIndexOf(`${SUMMARY_HEADING}\n`);
  return text.slice(at + SUMMARY_HEADING.length + 1).replace(/\n<\/memory>$/, '');
}

function planLines({ plan }: RolloutState): string[] {
  const MARK = { done: 'x', doing: '>', todo: ' ' };
  return plan.map(({ text, status }) => `- [${MARK[status]}] ${text}`);
}

function changedLines({ changed }: RolloutState): string[] {
  return [...changed].map(([path, status]) => `- ${path} (${status})`);
}

function readLines({ seen, changed }: RolloutState): string[] {
  return [...seen.keys()].filter((path) => !changed.has(path)).map((path) => `- ${path}`);
}

function checkLines({ config, checks }: RolloutState): string[] {
  return config.checks.flatMap((check) => {
    const last = checks.get(check.name)?.last;
    if (last == null) return [];
    const failing = capped(
      last.outcome.failing.map((name) => `  failing: ${name}`),
      MAX_FAILING,
    );
    return [`- ${checkLine(check, last.outcome)}, after step ${last.step}`, ...failing];
  });
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}\n${lines.join('\n')}`];
}

function capped(lines: readonly string[], most: number): string[] {
  return lines.length <= most ? [...lines] : [...lines.slice(0, most), `- and ${lines.length - most} more`];
}
