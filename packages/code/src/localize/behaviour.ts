import { createHash } from 'node:crypto';
import type { CheckSpec } from '@heddle/core';
import type { Exec } from '../exec.ts';
import { isTestFile } from '../test-files.ts';
import { COVERAGES, languageOfCheck } from './coverages.ts';
import { runProbed } from './probe.ts';
import { type Verdict, verdictsOf } from './verdicts.ts';

/** What each test of a check made the project run. */
export interface Behaviour {
  /** Test -> whether it passed, and a digest of the lines it ran for each file. */
  readonly tests: ReadonlyMap<string, TestBehaviour>;
}

interface TestBehaviour {
  readonly passed: boolean;
  readonly lines: ReadonlySet<string>;
}

export interface BehaviourOptions {
  readonly exec: Exec;
  readonly check: CheckSpec;
  /** What was changed, so that lines below a change keep the numbers they had before it. */
  readonly changes: readonly LineChange[];
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal;
}

/** Lines `line` to `line + old - 1` of a file became `now` lines. */
export interface LineChange {
  readonly path: string;
  readonly line: number;
  readonly old: number;
  readonly now: number;
}

/**
 * Runs a check with coverage and says which lines each of its tests ran. Lines of a change itself all count as its
 * first. Null where coverage can't be taken, or tests can't be told apart.
 */
export async function behaviourOf(options: BehaviourOptions): Promise<Behaviour | null> {
  const { exec, check, changes, timeoutSeconds: seconds, signal } = options;
  const language = languageOfCheck(check);
  if (language === undefined) return null;
  const run = await runProbed(exec, check, COVERAGES[language], { seconds, ...(signal && { signal }) });
  const tests = new Map<string, TestBehaviour>();
  for (const verdict of verdictsOf(run)) {
    if (verdict.name === null) continue;
    const known = tests.get(verdict.name);
    const lines = linesAsBefore(verdict, changes);
    tests.set(verdict.name, {
      passed: !verdict.failed && (known?.passed ?? true),
      lines: known ? known.lines.union(lines) : lines,
    });
  }
  return tests.size > 0 ? { tests } : null;
}

function linesAsBefore({ lines }: Verdict, changes: readonly LineChange[]): Set<string> {
  const found = new Set<string>();
  for (const [path, numbers] of lines) {
    if (isTestFile(path)) continue;
    const own = changes.filter((change) => change.path === path);
    for (const number of numbers.keys()) found.add(`${path}:${numberBefore(number, own)}`);
  }
  return found;
}

function numberBefore(number: number, changes: readonly LineChange[]): number {
  let before = number;
  let shift = 0;
  for (const { line, old, now } of changes.toSorted((a, b) => a.line - b.line)) {
    const first = line + shift;
    if (number < first) break;
    if (number < first + now) return line;
    shift += now - old;
    before = number - shift;
  }
  return before;
}

/** Tests that passed before and now run other lines. */
export function changedTests(before: Behaviour, after: Behaviour): string[] {
  return [...before.tests].flatMap(([name, { passed, lines }]) => {
    const now = after.tests.get(name);
    return passed && now && lines.symmetricDifference(now.lines).size > 0 ? [name] : [];
  });
}

/** The same for behaviours in which every test runs the same lines. */
export function fingerprint({ tests }: Behaviour): string {
  const hash = createHash('sha256');
  for (const [name, { passed, lines }] of [...tests].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(JSON.stringify([name, passed, [...lines].sort()]));
  }
  return hash.digest('hex');
}
