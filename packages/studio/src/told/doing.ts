import type { Field } from './step.ts';

/** What is open for a person, on any rollout that lives. */
export interface AskTold {
  readonly rollout: string;
  readonly ask: string;
  readonly at: number;
  /** First line of what the rollout was asked to do; empty: it cannot be read. */
  readonly task: string;
  /** Null: of a form that this Heddle does not know. */
  readonly asked:
    | {
        readonly kind: 'approval';
        readonly step: number;
        readonly tool: string;
        /** The action in one line. */
        readonly title: string;
        /** All of it, by name. */
        readonly input: readonly Field[];
        readonly because: string;
      }
    | { readonly kind: 'question'; readonly question: string; readonly assumption: string }
    | null;
}

/** A finished rollout that nobody has rated. */
export interface UnratedTold {
  readonly rollout: string;
  readonly task: string;
}

export interface RatingTold {
  /** Null: the whole. */
  readonly segment: { readonly from: number; readonly to: number } | null;
  readonly stars: number;
  readonly note: string;
  readonly by: string;
  readonly at: number;
}

/** What a person can do about a rollout now. */
export interface DoingTold {
  readonly rollout: string;
  readonly running: boolean;
  /** Its past can be forked: it has steps of its own. */
  readonly canFork: boolean;
  /** The rollout it works for; null: for a person. */
  readonly whole: string | null;
  /** What its parts and itself ask. */
  readonly asks: readonly AskTold[];
  /** Said and not heard yet. */
  readonly unheard: readonly { readonly text: string; readonly at: number }[];
  /** Those that count. */
  readonly ratings: readonly RatingTold[];
  /** It is an attempt of this trial, and hears nobody. */
  readonly trial: { readonly experiment: string; readonly mark: MarkTold } | null;
  readonly formats: readonly FormatTold[];
  /** Runs can be begun from here. */
  readonly starts: boolean;
}

export interface MarkTold {
  readonly instance: string;
  readonly broken: boolean;
  readonly note: string;
  /** Null: nobody has marked it. */
  readonly by: string | null;
}

export interface FormatTold {
  readonly name: string;
  readonly about: string;
}

/** What a person can do about an experiment now. */
export interface ExperimentDoingTold {
  readonly experiment: string;
  readonly formats: readonly FormatTold[];
  readonly starts: boolean;
}

/** What came of beginning something. */
export interface BegunTold {
  readonly id: string;
}

/** Heddles that runs can be begun with, this one first; empty: none can be begun from here. */
export interface ProgramsTold {
  readonly programs: readonly string[];
}
