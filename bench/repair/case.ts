import type { Framework } from '@heddle/code';

/** Files by path, relative to a repository's root. */
export type Files = Readonly<Record<string, string>>;

/** One bug to repair: what the agent is given, and what judges its patch but is kept from it. */
export interface RepairCase {
  /** Unique within the suite. */
  readonly id: string;
  readonly language: 'python' | 'javascript' | 'typescript';
  readonly files: Files;
  /** Shell command that fails because of the bug. */
  readonly check: string;
  /** How its output is read. */
  readonly framework: Framework;
  /** Tests the search never saw, put over the patched files; `check` exits 0 when they pass too. */
  readonly heldOut: { readonly files: Files; readonly check: string };
  /** Where the bug is: the lines of `files` that the planted change touched. Empty if unknown. */
  readonly faulty: readonly Place[];
  /** How the bug was made, for the table. */
  readonly kind: string;
}

export interface Place {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
}

/**
 * `repaired`: passes the tests it was searched with and those held out. `wrong`: only the former (plausible but
 * wrong). `none`: nothing was found that passes. `error`: the machine's fault, left out of the rates and listed.
 */
export type Outcome = 'repaired' | 'wrong' | 'none' | 'error';

export interface Tried {
  readonly id: string;
  readonly kind: string;
  readonly seed: number;
  readonly outcome: Outcome;
  readonly seconds: number;
  /** Candidates run. */
  readonly trials: number;
  /** Stated by the model; null when it stated none. */
  readonly probability: number | null;
  /** Place of the first faulty line among the suspects, 1-based; null when it is not among them or unknown. */
  readonly faultRank: number | null;
  readonly patch: string;
  /** Labels of the candidates that passed what the search could see, in order of trial. */
  readonly passing: readonly string[];
  /** Of an `error`, or why there is nothing. */
  readonly note: string;
}
