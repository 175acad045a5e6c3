import { isTestFile } from '@heddle/code';
import type { CheckSpec } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import type { CheckRun } from '../../state.ts';
import { listFiles, textOf } from '../../workspace-texts.ts';
import { detectTampering } from './detect.ts';
import { type Finding, findingLine } from './finding.ts';
import { changesFromPatch } from './from-patch.ts';

/** Test files read when a change has something that may be copied from one. */
const MAX_TEST_FILES = 300;
/** Findings shown to a model or named in a result; the audit has them all. */
const MAX_SHOWN = 8;

export interface WorkSoFar {
  readonly workspace: Workspace;
  /** The patch from the files as the user had them to those in the workspace now. */
  readonly patch: string;
  readonly checks: readonly CheckSpec[];
  readonly before: (check: string) => CheckRun | null;
}

/** {@link detectTampering} over the work in a workspace. */
export function tamperingIn({ workspace, patch, checks, before }: WorkSoFar): Promise<Finding[]> {
  if (patch === '') return Promise.resolve([]);
  const read = (path: string) => textOf(workspace, path);
  const runs = checks.map(({ name }) => before(name)).filter((run) => run !== null);
  const named = runs.flatMap(({ outcome }) => outcome.failing);
  return changesFromPatch(patch, read).then((changes) =>
    detectTampering({
      changes,
      checks: checks.map(({ command }) => command),
      // A check that failed without a name may have failed in any test.
      failing:
        runs.some(({ outcome }) => outcome.status !== 'passed' && outcome.failing.length === 0) ||
        runs.length === 0
          ? null
          : new Set(named),
      async tests() {
        const original = new Map(changes.map(({ path, before: text }) => [path, text]));
        const paths = (await listFiles(workspace))
          .filter((path) => isTestFile(path) && !original.has(path))
          .slice(0, MAX_TEST_FILES);
        const texts = await Promise.all(paths.map(async (path) => ({ path, text: await read(path) })));
        const changed = [...original]
          .map(([path, text]) => ({ path, text }))
          .filter(({ path }) => isTestFile(path));
        return [...changed, ...texts].flatMap(({ path, text }) => (text === null ? [] : [{ path, text }]));
      },
    }),
  );
}

/** Those worth a model's or a person's attention, one a line; notes are left to the audit. */
export function shownFindings(findings: readonly Finding[]): string[] {
  const worth = findings.filter(({ severity }) => severity !== 'note');
  const more = worth.length - MAX_SHOWN;
  return [...worth.slice(0, MAX_SHOWN).map(findingLine), ...(more > 0 ? [`and ${more} more`] : [])];
}
