import type { Edit } from './edit.ts';
import type { FileView, Trial } from './state.ts';
import type { Suspect } from './suspicion.ts';

const SUSPECT = /^(\S.*?):(\d+) (\d+(?:\.\d+)?) (?:columns (\d+)-(\d+) )?(.*?) \| /;

/** Ties are ranked too (stack traces, distance): each place down the list costs this share. */
const RANK_DECAY = 0.015;

/** Lines of `localize`: `path:line score [columns from-to] reason | source text`. Scores are made relative to the highest. */
export function readSuspects(text: string): Suspect[] {
  const suspects: Suspect[] = [];
  for (const line of text.split('\n')) {
    const match = SUSPECT.exec(line);
    if (!match) continue;
    const [, path, number, score, from, to, reason] = match;
    suspects.push({
      path: path!,
      line: Number(number),
      score: Number(score),
      reason: reason!,
      ...(from !== undefined && { columns: { from: Number(from), to: Number(to) } }),
    });
  }
  const most = Math.max(...suspects.map(({ score }) => score), Number.MIN_VALUE);
  return suspects.map((suspect, rank) => ({
    ...suspect,
    score: suspect.score / most / (1 + RANK_DECAY * rank),
  }));
}

const TRIAL = /^#(\d+) (pass|part|fail|hung|broken|ill-typed)(?: (\d+)\/(\d+))?(?: |$)/;

const BEHAVIOUR = /[(;] ?behaviour (\d+); (?:(\d+) of \d+ )?passing tests run (?:as before|otherwise)\)$/;

/** Rows of `attempt`: `#n outcome passed/total label`. A candidate without a row was not tried. */
export function readTrials(
  input: Readonly<Record<string, unknown>>,
  text: string,
): { trials: Trial[]; seconds: number } {
  const candidates = Array.isArray(input.candidates) ? input.candidates : [];
  const trials: Trial[] = [];
  for (const line of text.split('\n')) {
    const row = TRIAL.exec(line);
    const candidate = row ? candidates[Number(row[1]) - 1] : undefined;
    const edit = candidate?.edits?.[0] as Edit | undefined;
    if (!row || !edit) continue;
    const behaviour = BEHAVIOUR.exec(line);
    trials.push({
      edit,
      label: String(candidate.label ?? ''),
      outcome: row[2] as Trial['outcome'],
      passed: row[3] === undefined ? null : Number(row[3]),
      total: row[4] === undefined ? null : Number(row[4]),
      ...(behaviour && {
        behaviour: { number: Number(behaviour[1]), disturbed: Number(behaviour[2] ?? 0) },
      }),
    });
  }
  return { trials, seconds: Number(/ in (\d+(?:\.\d+)?) s\b/.exec(text)?.[1] ?? 0) };
}

const NUMBERED = /^ *(\d+)\t(.*)$/;
const NEXT = /^\[lines \d+-\d+ of \d+ shown; next: range \[(\d+), (\d+)\]\]$/;
/** How a view marks a line it could not show whole. */
const CUT_LINE = /\[… \d+ characters of this line left out\]$/;

/** Adds what one look showed of a file. */
export function readView(
  files: Map<string, FileView>,
  path: string,
  text: string,
  { isError, first }: { isError: boolean; first: number },
): void {
  const view: FileView = files.get(path) ?? { lines: new Map(), next: null, fault: null };
  files.set(path, view);
  view.next = null;
  if (isError) {
    view.fault = text.split('\n', 1)[0]!;
    return;
  }
  let expected = first;
  for (const line of text.split('\n')) {
    const next = NEXT.exec(line);
    if (next) view.next = [Number(next[1]), Number(next[2])];
    const row = NUMBERED.exec(line);
    if (!row || Number(row[1]) !== expected) continue;
    if (CUT_LINE.test(row[2]!)) view.fault = 'it has lines too long to be shown';
    view.lines.set(expected, row[2]!);
    expected += 1;
  }
}
