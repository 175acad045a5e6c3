import type { CheckOutcome } from '@heddle/core';

/**
 * Files that decide what a check runs and what counts as passing: scripts and configurations of the runners that
 * are detected. A patch that changes them does not verify itself: the checks are run again with the user's own.
 */
const STEERING: readonly RegExp[] = [
  /^package\.json$/,
  /^(?:GNU)?[Mm]akefile$/,
  /^(?:pytest|tox)\.ini$/,
  /^(?:pyproject\.toml|setup\.cfg|conftest\.py|sitecustomize\.py)$/,
  /^(?:vitest|vite|jest)\.(?:config|workspace)\.[cm]?[jt]sx?(?:on)?$/,
  /^\.mocharc\.(?:[cm]?js|json|jsonc|ya?ml)$/,
  /^(?:\.npmrc|\.nvmrc)$/,
];

export function steersChecks(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return STEERING.some((pattern) => pattern.test(name));
}

/** How many tests a run came to, so that none can be lost; 0 where its output said nothing. */
export function testsRun({ counts }: CheckOutcome): number {
  return counts === null ? 0 : counts.passed + counts.failed;
}
