import { isTestFile } from '../test-files.ts';
import type { LinesByPath, ProbedRun, RunTrace, Segment } from './probe.ts';

/** One test, or a stretch of a run that counts as one: the lines it ran and whether it failed. */
export interface Verdict {
  /** The test's own; null for what has none: part of a test, a file, a program. */
  readonly name: string | null;
  readonly failed: boolean;
  readonly lines: LinesByPath;
}

/**
 * A run as tests: what was loaded for a test and what processes it started ran counts as run by it. A test file
 * that ended without a test counts as one test. Other processes (runners, their configuration) count only where
 * there is nothing else: then the check is a program without known tests.
 *
 * In a failing test each assertion that held counts as a passing test (test case purification, Xuan & Monperrus
 * 2014); the failing test keeps their lines: what they set up may be what is wrong.
 */
export function verdictsOf(run: ProbedRun): Verdict[] {
  const children = Map.groupBy(
    run.processes.filter((process) => process.within !== null),
    (process) => process.within!,
  );
  const own = run.processes.filter((process) => process.within === null);
  const tests = own.flatMap((process) => process.segments.flatMap((segment) => testsOf(segment, children)));
  const files = own.filter(isFileWithoutTests).map((process) => whole(process, run));
  const verdicts = [...tests, ...files];
  return verdicts.length > 0 ? verdicts : own.map((process) => whole(process, run));
}

function testsOf(segment: Segment, children: ReadonlyMap<string, readonly RunTrace[]>): Verdict[] {
  return segment.tests
    .filter((test) => test.outcome !== 'unknown')
    .flatMap(({ key, name, outcome, lines, held }) => [
      {
        name,
        failed: outcome !== 'passed',
        lines: union([lines, segment.outside, ...(children.get(key) ?? []).flatMap(linesOf)]),
      },
      ...held.map((own) => ({ name: null, failed: false, lines: union([own, segment.outside]) })),
    ]);
}

function isFileWithoutTests(process: RunTrace): boolean {
  const none = process.segments.every((segment) => segment.tests.every((test) => test.outcome === 'unknown'));
  return none && process.segments.some(({ outside }) => [...outside.keys()].some(isTestFile));
}

function whole(process: RunTrace, run: ProbedRun): Verdict {
  const failed =
    process.stopped !== null || (process.exitCode === null ? !run.passed : process.exitCode !== 0);
  return { name: null, failed, lines: union(linesOf(process)) };
}

function linesOf(process: RunTrace): LinesByPath[] {
  return process.segments.flatMap(({ tests, outside }) => [outside, ...tests.map((test) => test.lines)]);
}

/** What a line lacks in all parts that ran it, it lacks. */
function union(parts: readonly LinesByPath[]): LinesByPath {
  const lines = new Map<string, Map<number, ReadonlySet<number>>>();
  for (const part of parts) {
    for (const [path, own] of part) {
      const known = lines.get(path) ?? new Map<number, ReadonlySet<number>>();
      lines.set(path, known);
      for (const [line, missed] of own) {
        const before = known.get(line);
        known.set(line, before ? before.intersection(missed) : missed);
      }
    }
  }
  return lines;
}
