import type { TestReport } from '../checks.ts';

/** A finished run's output, made plain: no colours, `\n` line ends. */
export interface RunOutput {
  readonly text: string;
  readonly exitCode: number | null;
  /** Absolute path of the repository as the run saw it. */
  readonly root: string;
}

/** Reads one framework's output; null when it isn't that framework's, or was cut before it said anything. */
export type ReadOutput = (output: RunOutput) => TestReport | null;
