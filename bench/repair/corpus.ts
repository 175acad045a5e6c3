import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Framework } from '@heddle/code';
import { readTestOutput } from '@heddle/code';
import { openWorkspace, type Workspace } from '@heddle/workspace';
import type { Files, RepairCase } from './case.ts';
import { nodeSubjects } from './corpus-node.ts';
import { pythonSubjects } from './corpus-python.ts';
import { typescriptSubjects } from './corpus-typescript.ts';
import { makeRepository } from './files.ts';

/** Real code with its own tests, laid out as a small repository. */
export interface Subject {
  readonly id: string;
  readonly language: RepairCase['language'];
  readonly framework: Framework;
  readonly files: Files;
  /** Files that may be mutated. */
  readonly sources: readonly string[];
  readonly check: string;
  /** The test files' definitions, for holding some of them back. */
  readonly tests: readonly Definition[];
}

/** One test as it stands in a test file: taking the text from `start` to `end` away takes the test away. */
export interface Definition {
  readonly path: string;
  /** As a part of the names the framework reports. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** What stands there instead: a class may not be left empty. */
  readonly instead: string;
}

/** Every subject this machine has, and what is missing. */
export async function corpus(): Promise<{ subjects: Subject[]; missing: string[] }> {
  const missing: string[] = [];
  const subjects = [
    ...(await pythonSubjects(missing)),
    ...(await nodeSubjects(missing)),
    ...(await typescriptSubjects(missing)),
  ];
  return { subjects, missing };
}

/** The test files with only those definitions in them. */
export function testsWith(subject: Subject, kept: (test: Definition) => boolean): Files {
  const files: Record<string, string> = {};
  for (const [path, own] of Map.groupBy(subject.tests, (test) => test.path)) {
    let text = subject.files[path]!;
    for (const test of [...own].sort((a, b) => b.start - a.start)) {
      if (!kept(test)) text = text.slice(0, test.start) + test.instead + text.slice(test.end);
    }
    files[path] = text;
  }
  return files;
}

/** What a run of a subject's tests says. */
export interface SubjectRun {
  readonly passed: number;
  readonly failing: readonly Definition[];
}

/** `pkg.test_m.Class.test_a`, `file > title > inner title`. */
function isOf({ name }: Definition, reported: string, framework: Framework): boolean {
  return framework === 'unittest'
    ? reported.split(' ')[0]!.split('.').at(-1) === name
    : reported.split(' > ').includes(name);
}

/** As long as a case's check may take later. */
const RUN_SECONDS = 10;
/** A mutant that takes so many times as long as its subject hangs; but starting anything takes so many seconds. */
const HANGS = 5;
const SHORTEST_SECONDS = 3;

/** Runs a subject's tests with some files changed, in a sandbox of its own. */
export class Bench {
  readonly #subject: Subject;
  readonly #folder = mkdtempSync(join(tmpdir(), 'heddle-mutants-'));
  #workspace: Workspace | null = null;
  #limit = RUN_SECONDS;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** Null where the tests can't be run to their end. */
  async run(changed: Files): Promise<SubjectRun | null> {
    const { check, framework, tests } = this.#subject;
    const started = performance.now();
    const { run, root } = await this.within(changed, async ({ exec, root }) => ({
      run: await exec(check, { timeoutSeconds: this.#limit, env: { PYTHONDONTWRITEBYTECODE: '1' } }),
      root,
    }));
    if (Object.keys(changed).length === 0) {
      const seconds = (performance.now() - started) / 1000;
      this.#limit = Math.min(RUN_SECONDS, Math.max(SHORTEST_SECONDS, seconds * HANGS));
    }
    if (run.ended !== 'exited') return null;
    const report = readTestOutput(framework, run.output, run.exitCode, root);
    if (!report) return null;
    const failing = tests.filter((test) => report.failing.some(({ name }) => isOf(test, name, framework)));
    // A failure no definition is known for: the file did not load.
    if (report.failing.length > 0 && failing.length === 0) return null;
    return { passed: report.counts?.passed ?? 0, failing };
  }

  /** Does something where some files are changed or new; afterwards they are as they were. */
  async within<T>(
    changed: Files,
    act: (at: Pick<Workspace, 'exec' | 'files' | 'root'>) => Promise<T>,
  ): Promise<T> {
    const at = await this.#opened();
    for (const [path, text] of Object.entries(changed)) await at.files.write(path, text);
    try {
      return await act(at);
    } finally {
      for (const path of Object.keys(changed)) {
        const before = this.#subject.files[path];
        await (before === undefined ? at.files.remove(path) : at.files.write(path, before));
      }
    }
  }

  async #opened() {
    if (this.#workspace === null) {
      const repo = join(this.#folder, 'repo');
      makeRepository(repo, this.#subject.files);
      const opened = await openWorkspace({ repo, home: join(this.#folder, 'home'), id: 'mutants' });
      this.#workspace = opened.workspace;
    }
    const workspace = this.#workspace;
    return { files: workspace.files, exec: workspace.exec.bind(workspace), root: workspace.root };
  }

  async close(): Promise<void> {
    await this.#workspace?.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
