import { EXIT, type ExitCode } from '@heddle/core';
import type { RolloutResult } from './rollout.ts';

/** What a process that ran this rollout exits with. */
export function exitCodeOf({ status, verified, exitCode }: RolloutResult): ExitCode {
  if (exitCode !== undefined) return exitCode;
  switch (status) {
    case 'solved':
      return verified ? EXIT.solved : EXIT.notVerified;
    case 'unverified':
    case 'gave-up':
    case 'failed':
      return EXIT.notVerified;
    case 'limit':
      return EXIT.limit;
    case 'model-unreachable':
      return EXIT.modelUnreachable;
    case 'interrupted':
      return EXIT.interrupted;
    default:
      return status satisfies never;
  }
}
