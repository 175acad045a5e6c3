/**
 * Runs one shell command at the repository's root; structurally a part of a workspace's `exec`.
 * A non-zero exit is a result, not an error. `ended` is `exited` when the command ended by itself.
 * `cwd` is relative to the root.
 */
export type Exec = (
  command: string,
  options?: {
    cwd?: string;
    timeoutSeconds?: number;
    env?: Record<string, string>;
    signal?: AbortSignal;
  },
) => Promise<{ ended: string; exitCode: number | null; output: string; seconds: number }>;

/** Text of one file; the path is relative to the repository's root. Rejects when there is none. */
export type ReadFile = (path: string) => Promise<string>;
