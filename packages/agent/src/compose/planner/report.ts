import { excerpt } from '../../excerpt.ts';
import type { Report } from '../delegate.ts';
import type { Part } from './plan.ts';

/** What became of a part. */
export interface Finished {
  readonly part: Part;
  readonly outcome: 'done' | 'failed' | 'conflict' | 'skipped';
  /** Of all but `done`. */
  readonly why: string;
  /** Null: it was not begun. */
  readonly report: Report | null;
}

/** Of what one part's author says. */
const MAX_SAID_CHARACTERS = 1_500;

/** What a planner is told of the rounds before. */
export function learntText(finished: readonly (readonly Finished[])[]): string {
  return [
    'A plan for this was made before. What became of its parts (the work of those that are done is in the files, that of the others is not unless it is said):',
    ...finished.flat().flatMap(partLines),
    'Plan what is left to do for the task as a whole.',
  ].join('\n');
}

function partLines({ part, outcome, why, report }: Finished): string[] {
  const lines = [`- "${part.name}": ${outcome}${why === '' ? '.' : `: ${why}`}`];
  const told = (label: string, text: string) => {
    if (text !== '') lines.push(indented(`${label}: ${excerpt(text, MAX_SAID_CHARACTERS).text}`));
  };
  if (outcome !== 'done') told('Its task was', part.task);
  if (report === null) return lines;
  told('Its author says', report.done);
  told('Others must know', report.known);
  if (outcome !== 'done') told('It had changed', report.changed.join(', '));
  for (const { command, before, after, output } of report.acceptance) {
    if (before === 'passed') lines.push(`  \`${command}\` passed before the work: it shows nothing.`);
    if (after === 'passed') continue;
    const printed = output === '' ? 'printed nothing' : `printed:\n${output}`;
    lines.push(indented(`\`${command}\` (${after}) ${printed}`));
  }
  return lines;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

/** What the person is told at the end. */
export function reasonText(finished: readonly (readonly Finished[])[], failing: readonly string[]): string {
  const done = finished.flat().filter(({ outcome }) => outcome === 'done');
  const left = (finished.at(-1) ?? []).filter(({ outcome }) => outcome !== 'done');
  return [
    ...done.map(({ part, report }) => `${part.name}: ${report!.done || 'done'}`),
    ...left.map(({ part, outcome, why }) => `${part.name} is not done (${outcome}): ${why}`),
    ...(failing.length === 0 ? [] : [`On the merged files these checks do not pass: ${failing.join(', ')}.`]),
  ].join('\n');
}
