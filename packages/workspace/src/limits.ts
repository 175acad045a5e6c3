/** Walls against runaway programs. Every one can be set per workspace; these are the defaults. */
export interface WorkspaceLimits {
  /** Bytes of private memory of all processes of a workspace together. */
  readonly memoryBytes: number;
  /** Processes (not threads) of a workspace at once. */
  readonly processes: number;
  /** Largest file a command may write, in bytes. */
  readonly fileBytes: number;
  /** Output bytes of one command; beyond it the command is ended as `output`. */
  readonly outputBytes: number;
}

const MIB = 2 ** 20;

export const DEFAULT_WORKSPACE_LIMITS: WorkspaceLimits = {
  // A build with a few parallel compilers or a browser test fits; a leak is stopped before the machine swaps.
  memoryBytes: 4_096 * MIB,
  // A parallel test run of a large project stays below 200.
  processes: 512,
  // Core dumps, endless logs; larger than any build product met in practice.
  fileBytes: 4_096 * MIB,
  // Nobody reads more; a 50 MB log is still let through and counted.
  outputBytes: 64 * MIB,
};

/** Kept of a command's output: this much of its beginning and as much of its end. */
export const OUTPUT_KEPT_BYTES = 1 * MIB;

/** Untracked files above this are not carried over (and not put into snapshots): data, not sources. */
export const LARGE_FILE_BYTES = 50 * MIB;

/** Default time limit of one command, in seconds. */
export const DEFAULT_TIMEOUT_SECONDS = 120;
