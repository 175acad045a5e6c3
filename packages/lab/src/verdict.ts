/** The four groups of a SWE-bench report. */
export const TEST_GROUPS = ['FAIL_TO_PASS', 'PASS_TO_PASS', 'FAIL_TO_FAIL', 'PASS_TO_FAIL'] as const;
export type TestGroup = (typeof TEST_GROUPS)[number];

export type TestsStatus = Readonly<
  Record<TestGroup, { readonly success: readonly string[]; readonly failure: readonly string[] }>
>;

/** What the grader found out about one patch. */
export interface Verdict {
  /** Null: nothing is known, `infra` says why. */
  readonly resolved: boolean | null;
  /** A reward where the dataset gives one; else 1 or 0 as `resolved`; null as `resolved`. */
  readonly reward: number | null;
  /** `empty`: there was nothing to judge. `not-applicable`: `git apply` refuses it. */
  readonly patch: 'applied' | 'empty' | 'not-applicable';
  /** Null where tests have no names or were not run. */
  readonly tests: TestsStatus | null;
  /** The grader's own run came to nothing, by no fault of the patch's. */
  readonly infra: InfraFault | null;
  /** The whole output of the tests, for logs. Not for the agent, unless the dataset's rules say so. */
  readonly output: string;
  readonly seconds: number;
}

/**
 * Why something failed that is not the agent's: what is retried, alarmed about, and kept apart in both denominators.
 * `provider`: unreachable, overloaded, wrong key. `machine`: disk, memory, a lost process. `sandbox`: could not start.
 * `environment`: the instance's own programs are missing or broken. `grader`: a log with no sign that tests ran.
 */
export type InfraClass = 'provider' | 'machine' | 'sandbox' | 'environment' | 'grader';

export interface InfraFault {
  readonly class: InfraClass;
  /** Short and stable, to be counted by: `no-space`, `rate-limited`, `tests-never-began`. */
  readonly code: string;
  /** One line for people. */
  readonly message: string;
}
