import type { Candidate } from './search.ts';
import type { CheckView, Trial } from './state.ts';

/** A candidate that was tried, with how it ended. */
export interface Tried {
  readonly candidate: Candidate;
  readonly trial: Trial;
}

/** Changes that silence pass weak tests: chosen only when nothing else did. */
const SILENCE_PENALTY = 0.12;
/** Each character a change adds or takes makes it this much less likely to be what a person would do. */
const SIZE_PENALTY = 0.01;
/** Others that pass on the same line say that the place is right. */
const PLACE_BONUS = 0.15;

/**
 * Tests that passed run other code with it. Right changes seldom do that (Xiong et al.: "Identifying Patch
 * Correctness in Test-Based Program Repair", 2018), but some must.
 */
const DISTURBANCE = 0.6;

const ADDS_TERMS: ReadonlySet<string> = new Set(['condition', 'clause']);
/** Where terms do, another name in their place is one of them. */
const TERMS: ReadonlySet<string> = new Set([...ADDS_TERMS, 'name']);
/** So many different terms that all do in one condition say only that it must not hold. */
const MANY_TERMS = 4;

/** Whether a change that passed keeps code from running rather than mending it. */
export function silences({ candidate }: Tried, passing: readonly Tried[]): boolean {
  if (candidate.manner === 'silence') return true;
  const { family, line, edit } = candidate;
  const alike = passing.filter(
    ({ candidate: other }) => TERMS.has(other.family) && other.line === line && other.edit.path === edit.path,
  );
  return ADDS_TERMS.has(family) && alike.length >= MANY_TERMS;
}

/** The likeliest to be right of those that passed, best first. */
export function rankPassing(passing: readonly Tried[]): Tried[] {
  const score = (each: Tried) => {
    const { candidate, trial } = each;
    const { edit, prior } = candidate;
    const disturbs = (trial.behaviour?.disturbed ?? 0) > 0 ? DISTURBANCE : 1;
    const size = Math.abs(edit.new.length - edit.old.length);
    const neighbours = passing.filter(
      ({ candidate: other }) =>
        other !== candidate &&
        other.edit.path === edit.path &&
        other.edit.line === edit.line &&
        other.manner === 'mend',
    ).length;
    const silence = silences(each, passing) ? SILENCE_PENALTY : 1;
    return prior * silence * disturbs * Math.exp(-SIZE_PENALTY * size) * (1 + PLACE_BONUS * neighbours);
  };
  return [...passing].sort((a, b) => score(b) - score(a) || (a.candidate.key < b.candidate.key ? -1 : 1));
}

/** The partial mending worth keeping: most tests mended, then likeliest. */
export function rankPartial(partial: readonly Tried[]): Tried[] {
  return [...partial]
    .filter(({ candidate }) => candidate.manner === 'mend')
    .sort((a, b) => (b.trial.passed ?? 0) - (a.trial.passed ?? 0) || b.candidate.score - a.candidate.score);
}

/** With one test that passes a change is far from sure, with a dozen nearly as good as its kind. */
const TESTS_HALF = 0.3;
/** A suite of unknown size. */
const ASSUMED_TESTS = 3;
/** What remains to be said for a change that is one of many likely ones: mostly they do the same. */
const LEAST_SHARE = 0.8;
/** So far down the list a change has begun to be one that passes by luck. */
const FIRST_MANY = 50;
const LUCK = 0.1;
const MOST = 0.96;
const LEAST = 0.03;

/** What is known of an edit that makes all checks pass. */
export interface Evidence {
  /** Whether it keeps code from running: see {@link silences}. */
  readonly silent: boolean;
  /** Its part of the prior likelihood of all that passed. */
  readonly share: number;
  /** Its place among all candidates, best first; 1 for the likeliest. */
  readonly rank: number;
  readonly checks: readonly CheckView[];
  /** Edits that are handed in. */
  readonly edits: number;
}

/**
 * How likely an edit is right that makes all checks pass. More tests say more; rivals that are as likely say that the
 * tests cannot tell them apart; what is found late among thousands is luck more often; silencing code is seldom what
 * was asked for. The constants are fitted on planted bugs (`bench/repair`).
 */
export function probabilityOf({ silent, share, rank, checks, edits }: Evidence): number {
  const tests = checks.some(({ passed }) => passed !== null)
    ? checks.reduce((sum, { passed }) => sum + (passed ?? 0), 0)
    : ASSUMED_TESTS;
  const evidence = tests / (tests + TESTS_HALF);
  const kind = silent ? 0.3 : 1;
  const ambiguity = LEAST_SHARE + (1 - LEAST_SHARE) * share;
  const late = 1 / (1 + LUCK * Math.log1p(rank / FIRST_MANY));
  const whole = kind * evidence * ambiguity * late * 0.9 ** (edits - 1);
  return Math.round(Math.min(MOST, Math.max(LEAST, whole)) * 100) / 100;
}

/** The part of the prior likelihood of all that passed which is one's own, or of those that behave like it. */
export function shareOf(own: Tried | undefined, passing: readonly Tried[]): number {
  const number = own?.trial.behaviour?.number;
  const weigh = (some: readonly Tried[]) => some.reduce((sum, { candidate }) => sum + candidate.prior, 0);
  const alike = passing.filter(
    (each) => each === own || (number !== undefined && each.trial.behaviour?.number === number),
  );
  const all = weigh(passing);
  return own === undefined || all === 0 ? 1 : weigh(alike) / all;
}
