import type { Recorded, TrialKey } from '@heddle/core';
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
  /** `amount`: numbers of any size, whose intervals are not those of shares. Default `share`, if all are within 0 and 1. */
  readonly unit?: 'share' | 'amount';
  /** One line: what is counted, in which unit. */
  readonly about: string;
  /** One entry for each name: most scorers give one, under their own; others as `name.part`. */
  score(trial: ScoredTrial): Promise<Readonly<Record<string, TrialScore>>>;
}

/** A scorer in a module of the user's: its version is made of the module's files. */
export type OwnScorer = Omit<TrialScorer, 'version'>;

export interface ScoredTrial {
  readonly key: TrialKey;
  readonly instance: Instance;
  readonly result: TrialResult;
  readonly verdict: Verdict | null;
  readonly patch: string;
  readonly signal: AbortSignal;
  /** The journal, read when asked for; after it those of the rollouts it began and of later tries. */
  events(): readonly Recorded[];
  /**
   * The sealed files without and with the patch, each call a workspace of its own to do with as one likes; closed when
   * the trial is done with. Throws {@link Unscored} where there is no such place (the patch does not apply).
   */
  open(which: 'before' | 'after'): Promise<Workspace>;
  /** What another agent of the experiment handed in for the same attempt at this instance; null: nothing graded. */
  patchOf(agent: string): string | null;
  /** Tells what a model's answers cost: kept beside the scores, counted against what scoring may cost. */
  spent(usd: number): void;
}

/** Thrown by a scorer that cannot say: the score is unscored for this reason. */
export class Unscored extends Error {}
