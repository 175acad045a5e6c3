import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bug, copyExample, interpreterOf, listBugs, plantBug } from '../../../scripts/demo/examples.ts';
import type { Files, RepairCase } from '../../repair/case.ts';
import { Bench, type Definition, type Subject, testsWith } from '../../repair/corpus.ts';
import { pythonTests } from '../../repair/corpus-python.ts';
import { type Random, randomOf } from '../../repair/random.ts';
import { TASK } from '../../repair/run-case.ts';
import { testCalls } from '../../repair/test-calls.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A bug to mend, and how it is put to the agent. */
export interface AttemptCase extends RepairCase {
  readonly task: string;
}

/**
 * The examples' planted bugs. As with mutation cases half of the tests is held out, and at least one that fails is
 * left; the rest judges.
 */
export async function exampleCases(seed: number): Promise<AttemptCase[]> {
  const cases: AttemptCase[] = [];
  for (const bug of listBugs(ROOT)) cases.push(await caseOf(bug, seed));
  return cases;
}

async function caseOf(bug: Bug, seed: number): Promise<AttemptCase> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-select-'));
  try {
    const [sound, buggy] = [join(folder, 'sound'), join(folder, 'buggy')];
    copyExample(ROOT, bug.example, sound);
    await plantBug(ROOT, bug, buggy);
    const subject = await subjectOf(bug.example, readTree(sound));
    const files = readTree(buggy);
    const failing = await failingIn(subject, files);
    const id = `example/${bug.example}/${bug.slug}`;
    const visible = half(subject.tests, failing, randomOf(`${seed}:${id}`));
    return {
      id,
      language: subject.language,
      files: { ...files, ...testsWith(subject, (test) => visible.has(test)) },
      check: subject.check,
      framework: subject.framework,
      heldOut: { files: testsWith(subject, () => true), check: subject.check },
      faulty: [],
      kind: 'example: by hand',
      task: `${bug.task}\n${TASK}`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function failingIn(subject: Subject, files: Files): Promise<readonly Definition[]> {
  const bench = new Bench(subject);
  try {
    const changed = Object.entries(files).filter(([path, text]) => subject.files[path] !== text);
    const run = await bench.run(Object.fromEntries(changed));
    if (run === null || run.failing.length === 0) throw new Error(`${subject.id}: no test shows the bug`);
    return run.failing;
  } finally {
    await bench.close();
  }
}

/** One half of the tests, with at least one of those that fail. */
function half(
  tests: readonly Definition[],
  failing: readonly Definition[],
  random: Random,
): ReadonlySet<Definition> {
  const chosen = new Set(random.shuffled(tests).slice(0, Math.ceil(tests.length / 2)));
  if (!failing.some((test) => chosen.has(test))) chosen.add(random.pick(failing));
  return chosen;
}

/** An example as a subject for bugs of one's own. */
export function exampleSubject(example: string): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-select-'));
  try {
    const sound = join(folder, 'sound');
    copyExample(ROOT, example, sound);
    return subjectOf(example, readTree(sound));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function subjectOf(example: string, files: Files): Promise<Subject> {
  const python = interpreterOf(ROOT, example) === 'python3';
  const isTest = python ? /^tests\/test_\w+\.py$/ : /\.test\.js$/;
  const tests: Definition[] = [];
  for (const [path, text] of Object.entries(files)) {
    if (!isTest.test(path)) continue;
    tests.push(...(await (python ? pythonTests(path, text) : testCalls('javascript', path, text))));
  }
  return {
    id: `example/${example}`,
    language: python ? 'python' : 'javascript',
    framework: python ? 'unittest' : 'node:test',
    files,
    sources: Object.keys(files).filter((path) => SOURCE.test(path)),
    check: python ? 'python3 -m unittest' : 'node --test',
    tests,
  };
}

/** Of the examples: no entry points, which tests start as a program. */
const SOURCE = /^(?:src|pennybook)\/(?!cli\b|__)[\w/]+\.(?:js|py)$/;

function readTree(folder: string): Files {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .filter((path) => !path.startsWith('.git/'))
      .sort()
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
}
