import type { Recorded } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import type { Instance } from './instance.ts';
import type { TrialResult } from './trial-result.ts';
import type { Verdict } from './verdict.ts';

/** A score, or why there is none: unscored is not zero. */
export type TrialScore = { readonly value: number; readonly why: string } | { readonly unscored: string };

/** Judges a graded trial, after the fact: everything it needs is kept, so that it can be scored again without a rollout. */
export interface TrialScorer {
  readonly name: string;
  /** Digest of its code, prompts and configuration. */
  readonly version: string;
  /** Which way is better, for comparisons. */
  readonly better: 'higher' | 'lower';
  /** One line: what is counted, in which unit. */
  readonly about: string;
  /** One entry for each name: most scorers give one, under their own. */
  score(trial: ScoredTrial): Promise<Readonly<Record<string, TrialScore>>>;
}

export interface ScoredTrial {
  readonly instance: Instance;
  readonly result: TrialResult;
  readonly verdict: Verdict | null;
  readonly patch: string;
  /** The journal, read when asked for. */
  events(): readonly Recorded[];
  /** The sealed files without and with the patch, each a workspace of its own; opened when asked for, closed by the caller's end. */
  open(which: 'before' | 'after'): Promise<Workspace>;
}
