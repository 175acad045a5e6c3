export type EvidenceKind = 'check' | 'regression' | 'reproduction' | 'tests' | 'behaviour' | 'ablation';

export interface CandidateTold {
  readonly candidate: number;
  readonly label: string;
  readonly rollout: string | null;
  /** The one it is the same as. */
  readonly same: number | null;
  /** Those that are the same as this one. */
  readonly copies: readonly number[];
  /** Why it is out of the question. */
  readonly out: string | null;
  readonly stopped: boolean;
  /** As its agent stated it. */
  readonly stated: number | null;
  /** Object with its patch. */
  readonly patch: string;
  readonly added: number;
  readonly removed: number;
  readonly files: number;
  /** Place in the ranking, from 1; null: not ranked. */
  readonly rank: number | null;
  readonly score: number | null;
  readonly agrees: readonly number[];
  /** Of the tests that attempts brought and that count. */
  readonly tests: { readonly passed: number; readonly of: number };
  readonly usd: number;
  readonly tokens: number;
  readonly seconds: number | null;
}

export interface CellTold {
  /** The candidate; 0: the files as they were. */
  readonly about: number;
  readonly outcome: 'passed' | 'failed' | 'hung' | 'broken';
  readonly flaky: boolean;
  readonly runs: number;
  /** The same letter is the same behaviour. */
  readonly letter: string | null;
  readonly passed: number | null;
  readonly failed: number | null;
  readonly failing: readonly string[];
  /** Object with what it printed. */
  readonly output: string;
  readonly seconds: number;
}

export interface TestTold {
  readonly test: string;
  readonly kind: EvidenceKind;
  /** The candidate that brought it. */
  readonly by: number | null;
  /** Why it counts for nothing. */
  readonly dismissed: string | null;
  readonly cells: readonly CellTold[];
}

/** One choice among candidates, with all that was found out for it. */
export interface SelectionTold {
  readonly path: string;
  readonly candidates: readonly CandidateTold[];
  readonly tests: readonly TestTold[];
  readonly groups: readonly (readonly number[])[];
  readonly comparisons: readonly {
    readonly first: number;
    readonly second: number;
    readonly winner: number | null;
    readonly model: string;
    readonly why: string;
  }[];
  /** Null: no choice yet. */
  readonly chosen: {
    /** Null: none is good enough. */
    readonly candidate: number | null;
    readonly probability: number;
    readonly reasons: readonly string[];
  } | null;
}
