import type { Row } from './matrix.ts';
import { probabilityOf } from './probability.ts';
import type { Selection } from './selector.ts';
import { byChecks, type Weighed } from './weigh.ts';

/** Below it no candidate is worth handing in: it would be wrong nine times in ten. */
const LEAST_PROBABILITY = 0.1;
/** Candidates whose probabilities are nearer than this are tied: the evidence does not tell them apart. */
const TIED = 0.03;

export interface Ranked {
  readonly weighed: Weighed;
  readonly probability: number;
}

/**
 * Best first. What breaks least and mends most comes first whatever else is said; among those the more probable,
 * then the earlier.
 */
export function rank(weighed: readonly Weighed[]): Ranked[] {
  const alone = weighed.map((each) => ({ weighed: each, probability: probabilityOf(each) }));
  const ranked = alone.map((each) => ({ ...each, probability: beside(each, alone) }));
  return ranked.sort(
    (a, b) =>
      byChecks(a.weighed, b.weighed) ||
      b.probability - a.probability ||
      a.weighed.candidate - b.weighed.candidate,
  );
}

/** Of another candidate that nothing tells apart, and that was not seen to be the same: it may be, or only one is right. */
const UNKNOWN = 0.5;

/** Of candidates that do not do the same at most one is right: together they are not more probable than one. */
function beside({ weighed, probability }: Ranked, all: readonly Ranked[]): number {
  const rivals = all.reduce((sum, other) => {
    const { candidate } = other.weighed;
    if (candidate === weighed.candidate || weighed.twins.includes(candidate)) return sum;
    return sum + other.probability * (weighed.agrees.includes(candidate) ? UNKNOWN : 1);
  }, probability);
  return rivals <= 1 ? probability : Math.round((probability / rivals) * 1000) / 1000;
}

/** Those that nothing measured sets apart from the first, and that were not seen to do the same: it matters which is taken. */
export function tied(ranked: readonly Ranked[]): Ranked[] {
  const [first] = ranked;
  if (first === undefined) return [];
  return ranked.filter(
    (each) =>
      byChecks(each.weighed, first.weighed) === 0 &&
      first.probability - each.probability < TIED &&
      (each === first || !first.weighed.twins.includes(each.weighed.candidate)),
  );
}

/** The choice with its reasons. `preferred`: who won the comparison of those tied. */
export function choose(
  ranked: readonly Ranked[],
  rows: readonly Row[],
  preferred: { readonly candidate: number; readonly why: string } | null,
): Selection {
  const first = ranked.find(({ weighed }) => weighed.candidate === preferred?.candidate) ?? ranked[0]!;
  const ordered = [first, ...ranked.filter((each) => each !== first)];
  const ranking = ordered.map(({ weighed, probability }) => ({
    candidate: weighed.candidate,
    score: probability,
    agrees: weighed.agrees,
  }));
  const reasons = [...reasonsFor(first, rows, ranked.length), ...(preferred === null ? [] : [preferred.why])];
  const { probability } = first;
  if (probability < LEAST_PROBABILITY) {
    return {
      candidate: null,
      probability: Math.round((1 - probability) * 1000) / 1000,
      ranking,
      reasons: [
        `None is good enough: the best of ${ranked.length} is right with a probability of ${percent(probability)}.`,
        ...reasons,
      ],
    };
  }
  return { candidate: first.weighed.candidate, probability, ranking, reasons };
}

function reasonsFor({ weighed }: Ranked, rows: readonly Row[], of: number): string[] {
  const { candidate, broken, failing, mended, agreement, behaviour, votes, agrees, suspect, needless } =
    weighed;
  const name = `#${candidate}`;
  const brought = rows.filter(
    ({ kind, dismissed }) => dismissed === null && (kind === 'tests' || kind === 'reproduction'),
  );
  const passed = brought.filter(({ cells }) => cells.get(candidate)?.outcome === 'passed');
  const dismissed = rows.filter((row) => row.dismissed !== null);
  return [
    failing === 0 && broken === 0
      ? `${name} passes every check${mended > 0 ? ` and mends ${count(mended, 'test')}` : ''}.`
      : `${name} fails ${count(failing, 'check')}${broken > 0 ? ` and breaks ${Number.isFinite(broken) ? count(broken, 'test') : 'one altogether'}` : ''}${mended > 0 ? `, and mends ${count(mended, 'test')}` : ''}.`,
    ...(brought.length > 0
      ? [
          `It passes ${passed.length} of ${count(brought.length, 'test')} that attempts brought (agreement ${signed(agreement)}).`,
        ]
      : []),
    ...(behaviour !== 0
      ? [
          `On generated inputs it behaves ${behaviour > 0 ? 'like' : 'unlike'} the others (agreement ${signed(behaviour)}).`,
        ]
      : []),
    `${percent(votes)} of the attempts came to it${agrees.length > 0 ? `; ${agrees.map((each) => `#${each}`).join(', ')} behave${agrees.length === 1 ? 's' : ''} the same` : ''}.`,
    ...(needless > 0
      ? [`${percent(needless)} of the parts of its change are needed by nothing that was run.`]
      : []),
    ...(suspect ? ['It looks like tampering: read it with care.'] : []),
    ...(dismissed.length > 0
      ? [`${count(dismissed.length, 'test')} counted for nothing: ${dismissed.map(whyText).join('; ')}.`]
      : []),
    ...(of === 1 ? ['There was no other candidate.'] : []),
  ];
}

const WHY: Readonly<Record<NonNullable<Row['dismissed']>, string>> = {
  flaky: 'not the same twice',
  'passes-without': 'passes without any change too',
  'passes-nowhere': 'its own author fails it',
  'cannot-run': 'could not be run',
  'not-comparable': 'says nothing that can be compared',
};

function whyText({ test, dismissed }: Row): string {
  return `${test} (${WHY[dismissed!]})`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}
