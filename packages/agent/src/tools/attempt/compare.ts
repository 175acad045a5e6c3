import { type Behaviour, behaviourOf, changedTests, fingerprint, type LineChange } from '@heddle/code';
import type { Workspace } from '@heddle/workspace';
import { type CandidateEdit, changedFiles, writeFiles } from './apply.ts';
import type { Baseline } from './baseline.ts';

/** What a candidate that passed does to the tests that passed before. */
export interface Comparison {
  /** Tests that passed before and now run other lines, and all that passed before. */
  readonly changed: number;
  readonly of: number;
  /** The same for candidates under which every test runs the same lines. */
  readonly fingerprint: string;
}

/** Coverage makes a run slower. */
const SLOWER = 3;

/**
 * Compares candidates by what they make the tests run: of several that pass, one that leaves the passing tests'
 * runs as they were is likelier right (Xiong et al.: "Identifying Patch Correctness in Test-Based Program Repair",
 * 2018; here by sets of lines instead of paths), and those that make no test run anything else are one behaviour.
 */
export class Comparer {
  readonly #baseline: Baseline;
  readonly #fork: () => Promise<Workspace>;
  #before: Promise<Behaviour | null> | null = null;

  constructor(baseline: Baseline, fork: () => Promise<Workspace>) {
    this.#baseline = baseline;
    this.#fork = fork;
  }

  /** Null where coverage by test can't be taken. */
  async compare(edits: readonly CandidateEdit[], signal: AbortSignal): Promise<Comparison | null> {
    this.#before ??= this.#run([], signal);
    const before = await this.#before;
    const after = before && (await this.#run(edits, signal));
    if (!before || !after) return null;
    return {
      changed: changedTests(before, after).length,
      of: [...before.tests.values()].filter(({ passed }) => passed).length,
      fingerprint: fingerprint(after),
    };
  }

  async #run(edits: readonly CandidateEdit[], signal: AbortSignal): Promise<Behaviour | null> {
    const workspace = await this.#fork();
    try {
      const { changed, originals } = await changedFiles(workspace.files, edits);
      await writeFiles(workspace.files, changed);
      const changes = [...changed].map(([path, text]) => {
        return { path, ...changedLines(originals.get(path)!.toString('utf8'), text) };
      });
      const { check, limitSeconds } = this.#baseline;
      const exec = workspace.exec.bind(workspace);
      return await behaviourOf({ exec, check, changes, timeoutSeconds: limitSeconds * SLOWER, signal });
    } finally {
      await workspace.dispose();
    }
  }
}

/** The lines from the first difference to the last. */
function changedLines(before: string, after: string): Omit<LineChange, 'path'> {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const most = Math.min(old.length, now.length);
  let head = 0;
  while (head < most && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  return { line: head + 1, old: old.length - head - tail, now: now.length - head - tail };
}
