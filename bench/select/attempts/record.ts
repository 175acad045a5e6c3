import type { Choice } from '../selected.ts';

/** One attempt of a case, graded. */
export interface AttemptRecord {
  /** From 1. */
  readonly attempt: number;
  readonly rollout: string | null;
  /** How its agent said that the work stands; null: it threw. */
  readonly status: string | null;
  readonly verified: boolean;
  readonly snapshot: string | null;
  /** As its agent stated it. */
  readonly probability: number | null;
  /** Digest of its patch; null: it changed nothing. */
  readonly patch: string | null;
  /** Whether its patch passes the tests that were held out. */
  readonly right: boolean;
}

/** A line of the log: all that the tables are made of. */
export interface CaseRecord {
  readonly id: string;
  readonly kind: string;
  readonly language: string;
  readonly seconds: number;
  /** Of the selection alone; null where it was not measured apart. */
  readonly selectionSeconds: number | null;
  /** The rollout whose agent made the choice. */
  readonly rollout: string;
  readonly attempts: readonly AttemptRecord[];
  readonly choice: Choice;
}

/** A case that the machine spoilt: it is listed, is in no rate, and is tried again with `--resume`. */
export interface ExcludedCase {
  readonly id: string;
  readonly excluded: string;
}

export type Line = CaseRecord | ExcludedCase;

export const isExcluded = (line: Line): line is ExcludedCase => 'excluded' in line;
