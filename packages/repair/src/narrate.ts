import { silences, type Tried } from './choose.ts';
import type { Edit } from './edit.ts';
import type { Candidate } from './search.ts';
import type { Call, CheckView, Epoch, RepairState, Trial } from './state.ts';
import type { Suspect } from './suspicion.ts';

/** Items named of a longer list. */
const FEW = 3;
/** Suspects and near misses a person gets to see at the end. */
const SEVERAL = 6;

export const NOTHING_SUSPECTED =
  'No line of a file I can work on (JavaScript, TypeScript, Python) is under suspicion: neither the failing tests nor their stack traces lead to one.';
export const EXHAUSTED = 'Every small change I know of on the suspected lines has been tried.';
export const HANDING_IN = 'Nothing to add. Handing it in.';

export function noFailingCheck(checks: readonly CheckView[]): string {
  const state = checks.length === 0 ? 'There is no check here' : 'No check fails';
  return `${state}, and this embedded model needs a failing check to work towards: add a test that shows the fault (or name a command with --check), or connect another model with --model.`;
}

export function lackingTools(names: readonly string[]): string {
  return `This embedded model works through tools it was not given here (${names.join(', ')}); nothing was changed.`;
}

export function interrupted(calls: readonly Call[]): string {
  return `The process died while ${calls.map(({ tool }) => tool).join(' and ')} ran, and the files are as they were before. Once more.`;
}

export function toolTrouble(fault: string): string {
  return `A tool kept failing (${fault}).`;
}

export function localizing(state: RepairState, check: CheckView): string {
  const names = check.failing.slice(0, FEW).map((name) => `"${name}"`);
  const more = check.failing.length - names.length;
  const which = names.length > 0 ? `: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}` : '';
  const again = state.epochs.length > 1 ? 'What I kept mended a part; there is another fault. ' : '';
  if (check.status === 'hung') {
    return `${again}Check ${check.name} does not come to an end${which}. Where is it when it is stopped?`;
  }
  const passing = check.passed ? ` while ${count(check.passed, 'other passes', 'others pass')}` : '';
  const failed = check.failed ? count(check.failed, 'test fails', 'tests fail') : `check ${check.name} fails`;
  return `${again}${capital(failed)}${which}${passing}. Lines that the failing tests run and the passing ones don't are the first suspects.`;
}

export function viewing(
  suspects: readonly Suspect[],
  files: readonly { path: string; range?: unknown }[],
): string {
  const top = suspects.slice(0, FEW).map(({ path, line, reason }) => `${path}:${line} (${reason})`);
  const names = files.map(({ path, range }) => (range ? `more of ${path}` : path));
  return `Most suspected: ${top.join('; ')}. I look at ${list(names)}.`;
}

export function trying(
  batch: readonly Candidate[],
  now: { tried: readonly Tried[]; candidates: readonly Candidate[]; partial: readonly Tried[] },
): string {
  const { tried, candidates, partial } = now;
  const lines = [...new Set(batch.map(({ edit, line }) => `${edit.path}:${line}`))];
  const first = batch.slice(0, FEW).map(({ label, edit, line }) => `${edit.path}:${line} ${label}`);
  const start =
    tried.length === 0
      ? `There are ${candidates.length} small changes of the kinds people's fixes are made of on the suspected lines.`
      : `${count(tried.length, 'change', 'changes')} tried, none passes${outcomes(tried)}.`;
  const near =
    partial.length > 0
      ? ` Nearest so far: ${partial[0]!.candidate.label} mends some of the failing tests.`
      : '';
  return `${start}${near} Next the ${batch.length} likeliest, on ${count(lines.length, 'line', 'lines')}; first ${first.join('; ')}.`;
}

export function rivals(first: Tried, batch: readonly Candidate[]): string {
  return `${place(first.candidate)} ${first.candidate.label} passes. Before I believe it: do ${batch.length} other likely changes, those of the same line first, pass as well? Then the tests can't tell them apart.`;
}

export function comparing(passing: readonly Tried[]): string {
  return `${count(passing.length, 'change passes', 'changes pass')} among those tried. Do they behave alike, and do the tests that passed run as they did?`;
}

export function applying(passing: readonly Tried[]): string {
  const [best, ...others] = passing;
  const alternatives =
    others.length === 0
      ? 'No other change tried passes.'
      : `${count(others.length, 'other change passes', 'other changes pass')} too (${others
          .slice(0, FEW)
          .map(({ candidate }) => `${place(candidate)} ${candidate.label}`)
          .join(
            '; ',
          )}); this one is the likeliest to be meant${silences(best!, passing) ? ', though it only silences code' : ''}.`;
  const told = `${place(best!.candidate)} ${best!.candidate.label} makes the failing tests pass and breaks none`;
  return `${told}. ${alternatives}${ways(passing)} I make it.`;
}

/** What is known of how changes that passed differ. */
function ways(passing: readonly Tried[]): string {
  const known = passing.flatMap(({ trial }) => trial.behaviour ?? []);
  if (known.length < 2) return '';
  const numbers = new Set(known.map(({ number }) => number)).size;
  const disturbing = known.filter(({ disturbed }) => disturbed > 0).length;
  const apart =
    numbers === 1 ? 'make the tests run the same code' : `make the tests run code in ${numbers} ways`;
  const others = disturbing > 0 ? `, ${disturbing} of them also the tests that passed before` : '';
  return ` The ${known.length} likeliest ${apart}${others}.`;
}

export function keepingPart({ candidate, trial }: Tried, check: CheckView): string {
  const share = trial.passed === null ? 'some' : `${trial.passed} of ${trial.total}`;
  return `No single change mends check ${check.name}, but ${place(candidate)} ${candidate.label} mends ${share} of its failing tests and breaks none: probably one fault of several. I keep it and look for the rest.`;
}

export function takingBack(why: string): string {
  return `That was not it: ${why}. I take it back.`;
}

export function revising({ path, line, old, new: put }: Edit): string {
  const [was, now] = changedLines(old, put);
  return `All checks pass. The first change (${path}${line > 0 ? `:${line}` : ''}, \`${was.trim()}\` -> \`${now.trim()}\`) was chosen while the other fault hid what it does: with the rest in place I look for it once more.`;
}

export function backToWhole(why: string): string {
  return `${why} What passed before stands.`;
}

export function undoingAll(why: string): string {
  return `${why} What I kept mended a part only, so I take it back rather than hand in half a guess.`;
}

export function outOfBounds({ trials, seconds }: RepairState['spent']): string {
  return `The search ends at its bound, after ${trials} changes in ${Math.round(seconds)} s.`;
}

export function solved(state: RepairState, others: readonly Tried[], own: Tried | undefined): string {
  const edits = state.epochs.slice(1).map(({ edit }) => {
    const [old, put] = changedLines(edit!.old, edit!.new);
    return `${edit!.path}${edit!.line > 0 ? `:${edit!.line}` : ''}\n  was:  ${old}\n  now:  ${put}`;
  });
  const counts = state.checks
    .map(({ name, passed }) =>
      passed === null ? `${name} passes` : `${name} passes (${count(passed, 'test', 'tests')})`,
    )
    .join(', ');
  const doubt =
    others.length === 0
      ? 'No other change tried makes the checks pass.'
      : `The tests do not tell it from ${count(others.length, 'other change', 'others')} that passed: ${others
          .slice(0, FEW)
          .map(({ candidate }) => `${place(candidate)} ${candidate.label}`)
          .join('; ')}.${ways(own ? [own, ...others] : others)}`;
  const kind =
    own && silences(own, [own, ...others])
      ? ' It removes or disables code rather than mending it: look closely.'
      : '';
  return `Found by search: the smallest likely change after which ${counts}.\n${edits.join('\n')}\n${doubt}${kind}`;
}

export function gaveUp(end: {
  why: string;
  epoch: Epoch;
  tried: readonly Tried[];
  partial: readonly Tried[];
}): string {
  const { why, epoch, tried, partial } = end;
  const lines = [`Not solved; the files are as they were. ${why}`];
  if (tried.length > 0)
    lines.push(`Tried ${count(tried.length, 'small change', 'small changes')}${outcomes(tried)}.`);
  const suspects = (epoch.suspects ?? []).slice(0, SEVERAL);
  if (suspects.length > 0) {
    lines.push('Most suspicious lines, for whoever looks next:');
    for (const { path, line, reason } of suspects) lines.push(`- ${path}:${line} (${reason})`);
  }
  if (partial.length > 0) {
    lines.push('Changes that mend some of the failing tests and break none:');
    for (const { candidate, trial } of partial.slice(0, FEW)) {
      lines.push(`- ${place(candidate)} ${candidate.label} (${trial.passed} of ${trial.total})`);
    }
  }
  return lines.join('\n');
}

function outcomes(tried: readonly Tried[]): string {
  const of = (outcome: Trial['outcome']) => tried.filter(({ trial }) => trial.outcome === outcome).length;
  const notes = [
    ...(of('part') > 0 ? [`${of('part')} mended some tests`] : []),
    ...(of('hung') > 0 ? [`${of('hung')} ran without end`] : []),
    ...(of('ill-typed') > 0 ? [`${of('ill-typed')} put off: they do not type-check`] : []),
  ];
  return notes.length > 0 ? ` (${notes.join(', ')})` : '';
}

/** The lines in which two texts differ, first and last common ones left out. */
function changedLines(old: string, put: string): [string, string] {
  const [a, b] = [old.split('\n'), put.split('\n')];
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const cut = (lines: string[]) =>
    lines
      .slice(head, lines.length - tail)
      .map((line) => line.trim())
      .join(' ⏎ ') || '(nothing)';
  return [cut(a), cut(b)];
}

function place({ edit, line }: Candidate): string {
  return `${edit.path}:${line}`;
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
