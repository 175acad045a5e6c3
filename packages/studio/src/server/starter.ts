/**
 * Begins runs as `heddle` processes of their own, which outlive the Studio. The command line gives it; without one the Studio
 * only looks, answers and rates.
 */
export interface Starter {
  /** Heddles that runs can be begun with, this one first: others are other versions of its agents. */
  readonly programs: readonly string[];
  /**
   * Begins `heddle ARGS`, by default with the first program; gives the id of the rollout or experiment once it is said.
   * Throws OperatorError: what it said instead, `slow-start`, `no-such-program`.
   */
  begin(args: readonly string[], program?: string): Promise<string>;
  /** Runs `heddle ARGS` to its end and gives what it printed. Throws OperatorError: what it said instead. */
  ask(args: readonly string[], program?: string): Promise<string>;
  /** Of whoever runs it, workers on other machines too. */
  stopExperiment(experiment: string): Promise<void>;
}
