/** One experiment: agents x instances x attempts. What was asked is an object (`plan`); how far it is, is in its trials. */
export interface ExperimentRow {
  /** Short and unique, as rollouts' ids. */
  readonly experiment: string;
  /** As people call it; several may bear one name. */
  readonly name: string;
  readonly createdAt: number;
  /** Digest of the plan, canonical JSON: what makes the same trials again. */
  readonly plan: string;
}

/** One attempt of one agent at one instance. Unique within its experiment. */
export interface TrialKey {
  readonly experiment: string;
  /** The agent's name within the experiment. */
  readonly agent: string;
  readonly instance: string;
  /** From 1. */
  readonly attempt: number;
}

/**
 * `due`: nobody has begun it, or its last try failed by no fault of the agent's and another one is left.
 * `running`: a try has begun; `rollout` names its journal. `graded`: it has a verdict, good or bad, or was left without one
 * (`infra`) because every try was spoilt.
 */
export type TrialState = 'due' | 'running' | 'graded';

export interface TrialRow extends TrialKey {
  readonly state: TrialState;
  /** Of the try under way or the last one; chosen and stored before it begins, so that whoever comes next resumes it. */
  readonly rollout: string | null;
  /** Tries begun, this one included: above 1 only where the machine or a provider spoilt one. */
  readonly tries: number;
  /** Where it stands in the order of work. */
  readonly order: number;
  /** Thin: what tables are made of; null until graded. A JSON object (`TrialResult` in the lab). */
  readonly result: unknown;
}

/** What changed in an experiment's trials, and where to go on from. */
export interface TrialChanges {
  readonly trials: readonly TrialRow[];
  readonly next: number;
}

/** What one scorer says of one trial. Unscored is not zero: `value` null says why in `why`. */
export interface ScoreRow extends TrialKey {
  readonly scorer: string;
  /** The scorer's version: another version's score of the same trial stands beside it, the newest counts. */
  readonly version: string;
  readonly value: number | null;
  readonly why: string;
  readonly at: number;
}

/**
 * Where experiments are kept: thin rows that tables and comparisons are made of without opening a journal. Trials change
 * (unlike events); each change is one transaction and is refused if somebody else was sooner.
 */
export interface ExperimentTable {
  /** Registers it with all its trials, `due`. What is there already stays as it is. */
  plan(
    row: ExperimentRow,
    trials: Iterable<Pick<TrialRow, 'agent' | 'instance' | 'attempt' | 'order'>>,
  ): void;
  /** Newest first. `prefix`: of the id; `name`: exactly. */
  list(filter?: {
    readonly prefix?: string;
    readonly name?: string;
    readonly limit?: number;
  }): ExperimentRow[];
  /** By order, then attempt, then agent. */
  trials(experiment: string, filter?: Partial<Pick<TrialRow, 'agent' | 'instance' | 'state'>>): TrialRow[];
  /**
   * Trials that were planned or changed from there on (0: all), in no order. Asked again from `next` on, every change is
   * seen, whoever makes it at the same time; some are seen twice.
   */
  changes(experiment: string, from: number): TrialChanges;
  trial(key: TrialKey): TrialRow | null;
  /** The trial that a rollout belongs to. */
  trialOf(rollout: string): TrialRow | null;
  /** `due` to `running`, under the id of the rollout about to begin. False: it was not `due` any more. */
  begin(key: TrialKey, rollout: string): boolean;
  /** `running` with that very rollout to `graded`. False: another try has taken its place. */
  grade(key: TrialKey, rollout: string, result: unknown): boolean;
  /** `running` with that very rollout back to `due`, for another try. False: as above. */
  retry(key: TrialKey, rollout: string): boolean;
  /** `graded` without a verdict back to `due`, when a person asks for it; its result is gone. False: as above. */
  reopen(key: TrialKey, rollout: string): boolean;
  /** How many trials are in which state, by agent. */
  counts(
    experiment: string,
  ): { readonly agent: string; readonly state: TrialState; readonly count: number }[];
  score(rows: Iterable<ScoreRow>): void;
  /** The newest score of each scorer for each trial. */
  scores(experiment: string, scorer?: string): ScoreRow[];
}
