import type { CheckSpec } from '@heddle/core';
import { cargoTests } from './cargo.ts';
import type { CheckSource, DetectedTests } from './check-source.ts';
import { goTests } from './go.ts';
import { makeTests } from './make.ts';
import { nodeTestFiles } from './node-test-files.ts';
import { packageJsonTests } from './package-json.ts';
import { Project } from './project.ts';
import { pythonTests } from './python.ts';

/** A suite that needs longer than this is run too seldom to help; a user can name a longer limit. */
export const DEFAULT_CHECK_SECONDS = 300;

/**
 * Sources of checks, by what they are of. Of one group the first that finds tests is used; the groups' checks
 * stand side by side. Adding a source is one file and its place here.
 */
const GROUPS: readonly (readonly CheckSource[])[] = [
  [packageJsonTests, nodeTestFiles],
  [pythonTests],
  [goTests],
  [cargoTests],
];
/** Asked only where no group found anything: they usually start one of the above. */
const LAST: readonly CheckSource[] = [makeTests];

export interface Detection {
  readonly checks: CheckSpec[];
  /** One line each: what a person should know before the checks run. */
  readonly notes: string[];
}

/** The checks a repository's files show. Nothing is run; an unreadable folder has none. */
export async function detectChecks(dir: string): Promise<CheckSpec[]> {
  return (await detect(dir)).checks;
}

/** As {@link detectChecks}, with what a person should know about them. */
export async function detect(dir: string): Promise<Detection> {
  const project = new Project(dir);
  const found: { source: CheckSource; tests: DetectedTests }[] = [];
  for (const group of GROUPS) {
    const first = await firstOf(group, project);
    if (first) found.push(first);
  }
  const last = found.length === 0 ? await firstOf(LAST, project) : null;
  if (last) found.push(last);
  return {
    checks: found.map(({ source, tests }, index) => ({
      name: index === 0 ? 'test' : `test-${source.name}`,
      command: tests.command,
      framework: tests.framework,
      timeoutSeconds: DEFAULT_CHECK_SECONDS,
    })),
    notes: found.flatMap(({ tests }) => (tests.note === undefined ? [] : [tests.note])),
  };
}

async function firstOf(
  sources: readonly CheckSource[],
  project: Project,
): Promise<{ source: CheckSource; tests: DetectedTests } | null> {
  for (const source of sources) {
    const tests = await source.detect(project);
    if (tests) return { source, tests };
  }
  return null;
}
