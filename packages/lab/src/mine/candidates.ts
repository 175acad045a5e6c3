import { isTestFile, languageOf } from '@heddle/code';
import type { Commit } from './history.ts';

/** A commit that may make an instance; nothing has been run yet. */
export interface Candidate {
  readonly commit: Commit;
  readonly base: string;
  readonly testPaths: readonly string[];
  readonly otherPaths: readonly string[];
  /** Of most of its changed source lines. */
  readonly language: string;
  readonly sourceLines: number;
}

/** Why a commit makes no instance; what is counted in the census. */
export type Unfit =
  | 'merge'
  | 'first commit'
  | 'revert'
  | 'housekeeping'
  | 'no fix by its message'
  | 'no tests changed'
  | 'no sources changed'
  | 'too large'
  | 'another language';

export interface CandidateRules {
  /** Changed lines of sources, at most. */
  readonly maxLines: number;
  /** Changed source files, at most. */
  readonly maxFiles: number;
  /** Take features and other changes with tests too. */
  readonly anyChange: boolean;
  /** Only this language's; null: any. */
  readonly language: string | null;
}

/** A fix that a person can describe in a few sentences is rarely larger; of Lite's 300 gold patches none is. */
export const DEFAULT_RULES: CandidateRules = { maxLines: 200, maxFiles: 8, anyChange: false, language: null };

const REVERT = /^revert\b/i;
/** Conventional types and plain words of commits that change no behaviour. */
const HOUSEKEEPING = [
  /^(?:chore|docs?|ci|build|style|refactor|perf|tests?|types?|lint|release|format)(?:\([^)]*\))?!?:/i,
  /^\[(?:dev deps|deps|tests?|docs?|readme|refactor|meta|actions|perf|ci|build)\]/i,
  /^fix(?:ed|es|up)?:? (?:typos?|lint(?:ing)?|formatting|style|whitespace|indentation|ci|build|tests?)\b/i,
  /^(?:bump|release|update (?:deps|dependenc|snapshots?)|prettier|format(?:ting)?|lint(?:ing)?|typo|v?\d+\.\d+\.\d+)\b/i,
];
const FIX =
  /\b(?:fix(?:e[sd])?|bug|bugs|resolve[sd]?|close[sd]?|correct(?:s|ed|ly)?|repair(?:s|ed)?|regression|crash(?:es|ed)?|wrong(?:ly)?|incorrect(?:ly)?|broken|fail(?:s|ed|ing|ure)?|error|throw(?:s|ing)?|prevent(?:s|ed)?|avoid(?:s|ed)?|handle[sd]?|preserve[sd]?|don'?t|do not|should(?:n'?t)?|missing|invalid|vulnerab\w+|security)\b/i;

/** Judges a commit by what git says of it alone. */
export function candidateOf(commit: Commit, rules: CandidateRules): Candidate | Unfit {
  const subject = commit.message.split('\n', 1)[0]!;
  if (commit.parents.length > 1) return 'merge';
  const [base] = commit.parents;
  if (base === undefined) return 'first commit';
  if (REVERT.test(subject) || /^This reverts commit/m.test(commit.message)) return 'revert';
  if (HOUSEKEEPING.some((words) => words.test(subject))) return 'housekeeping';
  const tests = commit.files.filter(({ path }) => isTestFile(path));
  const others = commit.files.filter(({ path }) => !isTestFile(path));
  if (tests.length === 0) return 'no tests changed';
  const sources = others.filter(({ path }) => languageOf(path) !== null);
  if (sources.length === 0) return 'no sources changed';
  if (!rules.anyChange && !FIX.test(commit.message)) return 'no fix by its message';
  const sourceLines = sources.reduce((sum, { lines }) => sum + (lines ?? 0), 0);
  if (sourceLines > rules.maxLines || sources.length > rules.maxFiles) return 'too large';
  const language = mostly(
    sources.map(({ path, lines }) => ({ language: languageOf(path)!, lines: lines ?? 0 })),
  );
  if (rules.language !== null && language !== rules.language) return 'another language';
  return {
    commit,
    base,
    testPaths: tests.map(({ path }) => path),
    otherPaths: others.map(({ path }) => path),
    language,
    sourceLines,
  };
}

function mostly(parts: readonly { readonly language: string; readonly lines: number }[]): string {
  const sums = new Map<string, number>();
  for (const { language, lines } of parts) sums.set(language, (sums.get(language) ?? 0) + lines);
  return [...sums].sort((a, b) => b[1] - a[1])[0]![0];
}
