/** What a person thinks of a rollout or of a part of it. */
export interface Rating {
  readonly rollout: string;
  /** The first and the last step it is about, both included; null: the whole. */
  readonly segment: { readonly from: number; readonly to: number } | null;
  /** 1 (bad) to 5 (good). */
  readonly stars: number;
  readonly note: string;
  readonly by: string;
  readonly at: number;
}

/** Whether an instance of a dataset can be used: one whose tests or words are wrong says nothing about agents. */
export interface InstanceMark {
  /** The dataset's name and version (as in an experiment's plan). */
  readonly dataset: string;
  readonly version: string;
  readonly instance: string;
  readonly broken: boolean;
  readonly note: string;
  readonly by: string;
  readonly at: number;
}

/**
 * What people say of rollouts and of instances. Nothing is overwritten: of one person's ratings of one segment the newest
 * counts, of the marks of one instance the newest of anybody, and the others are its history.
 */
export interface Ratings {
  /** Throws OperatorError `bad-rating`: stars or segment are none. */
  rate(rating: Rating): void;
  /** Those that count, of any number of rollouts: by rollout, the whole first, then by step and person. */
  of(rollouts: Iterable<string>): Rating[];
  /** All that were ever given to a rollout, oldest first. */
  history(rollout: string): Rating[];
  mark(mark: InstanceMark): void;
  /** Those that count, by instance; of all versions of the dataset or one. */
  marks(dataset: string, version?: string): InstanceMark[];
}
