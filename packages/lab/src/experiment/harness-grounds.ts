import type { SandboxKind } from '@heddle/workspace';
import { grade } from '../harness/grade.ts';
import { seal } from '../harness/seal.ts';
import type { Grounds } from './run-trial.ts';

/** Instances laid out and patches judged on this machine, below Heddle's data folder. */
export function harnessGrounds(home: string, sandbox: SandboxKind | 'auto'): Grounds {
  return {
    seal: async ({ files }) => (await seal(files, home)).folder,
    grade: (instance, patch, job) => grade(instance, patch, { ...job, home, sandbox }),
  };
}
