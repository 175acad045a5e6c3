/**
 * All trials of an experiment, as columns: 10,000 of them are a few hundred kilobytes. A trial's place is
 * `(instance * agents + agent) * attempts + attempt - 1`; every column has one value for each place.
 */
export interface TrialTableTold {
  readonly agents: readonly string[];
  readonly attempts: number;
  readonly clusters: readonly string[];
  /** Id and the number of its cluster. */
  readonly instances: readonly (readonly [id: string, cluster: number])[];
  /** By the number of the instance: what a person said who marked it as broken. */
  readonly broken: Readonly<Record<number, string>>;
  /** A letter a trial: {@link OutcomeLetter}. */
  readonly outcomes: string;
  readonly rollouts: readonly (string | null)[];
  readonly usd: readonly (number | null)[];
  readonly seconds: readonly (number | null)[];
  readonly steps: readonly (number | null)[];
  /** As the agent stated it. */
  readonly probabilities: readonly (number | null)[];
  /** Signs of cheating, by place. */
  readonly flags: Readonly<Record<number, readonly string[]>>;
  /** Why there is no verdict, by place. */
  readonly infra: Readonly<Record<number, string>>;
  /** Where news of it go on from. */
  readonly cursor: string;
}

/** Solved, failed, at a limit, infra, running, due. */
export type OutcomeLetter = 's' | 'f' | 'l' | 'i' | 'r' | 'd';

/** One trial that is not as it was. */
export interface ChangedTrial {
  readonly place: number;
  readonly outcome: OutcomeLetter;
  readonly rollout: string | null;
  readonly usd: number | null;
  readonly seconds: number | null;
  readonly steps: number | null;
  readonly probability: number | null;
  readonly flags: readonly string[];
  readonly infra: string | null;
}
