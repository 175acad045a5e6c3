import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Files, RepairCase } from './case.ts';
import { makeTree } from './files.ts';
import { type Random, randomOf } from './random.ts';

/**
 * The QuixBugs set (Lin et al., SPLASH Companion 2017): 40 one-line bugs in classic algorithms, Python. Read from a
 * clone that the user names; nothing of it is part of this project. Each program's reference tests are cut in two
 * halves by the seed: one to search with, one held out. A program whose failing tests would all fall into the held-out
 * half gets one of them, for without a failing test there is nothing to search with.
 */
export function* quixbugs(
  clone: string,
  { seed, wanted }: { seed: number; wanted: (id: string) => boolean },
): Generator<RepairCase> {
  const programs = readdirSync(join(clone, 'python_testcases'))
    .map((name) => /^test_(\w+)\.py$/.exec(name)?.[1])
    .filter((name) => name !== undefined)
    .sort();
  for (const program of programs.filter(wanted)) yield caseOf(clone, program, seed);
}

function caseOf(clone: string, program: string, seed: number): RepairCase {
  const read = (path: string) => readFileSync(join(clone, path), 'utf8');
  const buggy = read(`python_programs/${program}.py`);
  const correct = read(`correct_python_programs/${program}.py`);
  const node = existsSync(join(clone, 'python_programs/node.py')) ? read('python_programs/node.py') : '';
  const tests = read(`python_testcases/test_${program}.py`);
  const data = existsSync(join(clone, `json_testcases/${program}.json`))
    ? read(`json_testcases/${program}.json`)
        .split('\n')
        .filter((line) => line.trim() !== '')
    : null;
  const common: Record<string, string> = {
    [`${program}.py`]: buggy,
    'tests/__init__.py': '',
    'tests/pytest.py': PYTEST,
  };
  if (/\bnode\b/.test(tests) || /\bNode\b/.test(buggy)) common['node.py'] = node;
  const suite = (chosen: readonly number[] | null): Files => ({
    'tests/load_testdata.py': LOADER,
    [`tests/test_${program}.py`]: adapted(data ? tests : keepTests(tests, chosen), program),
    ...(data && { [`tests/${program}.json`]: `${pick(data, chosen).join('\n')}\n` }),
  });
  const count = data ? data.length : testsOf(tests).length;
  const all = Array.from({ length: count }, (_, index) => index);
  const failing = all.filter((index) => !passes({ ...common, ...suite([index]) }));
  const visible = half(all, failing, randomOf(`${seed}:${program}`));
  return {
    id: program,
    language: 'python',
    files: { ...common, ...suite(visible) },
    check: CHECK,
    framework: 'unittest',
    heldOut: { files: suite(null), check: CHECK },
    faulty: differing(buggy, correct).map((line) => ({ path: `${program}.py`, line })),
    kind: data ? 'function' : 'graph',
  };
}

const CHECK = 'python3 -m unittest discover -s tests -t .';

/** Half of the tests, one of the failing among them if there is one. */
function half(all: readonly number[], failing: readonly number[], random: Random): number[] {
  const order = random.shuffled(all);
  const chosen = order.slice(0, Math.ceil(all.length / 2));
  if (failing.length > 0 && !chosen.some((index) => failing.includes(index))) {
    chosen[chosen.length - 1] = random.pick(failing);
  }
  return chosen.sort((a, b) => a - b);
}

function pick<T>(list: readonly T[], chosen: readonly number[] | null): readonly T[] {
  return chosen === null ? list : chosen.map((index) => list[index]!);
}

const TEST = /^def (test\w*)\(.*\n(?:(?:[ \t].*)?\n)*/gm;

function testsOf(text: string): string[] {
  return [...`${text}\n`.matchAll(TEST)].map(([whole]) => whole);
}

function keepTests(text: string, chosen: readonly number[] | null): string {
  if (chosen === null) return text;
  let index = -1;
  return `${text}\n`.replaceAll(TEST, (whole) => (chosen.includes(++index) ? whole : ''));
}

/** The reference tests as they are, with the program's import and the runner changed. */
function adapted(tests: string, program: string): string {
  const direct = tests
    .replaceAll('correct_python_programs.', '')
    .replaceAll('python_programs.', '')
    .replaceAll(/^from load_testdata/gm, 'from .load_testdata')
    .replaceAll(/^import pytest$/gm, 'from . import pytest');
  return `${direct}\n\nload_tests = pytest.loader(globals(), "${program}")\n`;
}

/** Lines of the one that the other doesn't have in that place: for bugs of a line, all that is needed. */
function differing(buggy: string, correct: string): number[] {
  const code = (text: string) => text.split('\n');
  const [a, b] = [code(buggy), code(correct)];
  let start = 0;
  while (start < a.length && start < b.length && a[start]!.trimEnd() === b[start]!.trimEnd()) start += 1;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1]!.trimEnd() === b[endB - 1]!.trimEnd()) {
    endA -= 1;
    endB -= 1;
  }
  // Where a line is missing, the ones round the gap.
  if (endA === start) return [start, start + 1];
  return Array.from({ length: endA - start }, (_, index) => start + 1 + index);
}

/** Runs in a folder of its own; the programs of the set are known and harmless, and end at a limit. */
function passes(files: Files): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-quixbugs-'));
  try {
    makeTree(folder, files);
    execFileSync('sh', ['-c', `exec ${CHECK}`], {
      cwd: folder,
      stdio: 'ignore',
      timeout: 3_000,
      killSignal: 'SIGKILL',
    });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const LOADER = `import json
from pathlib import Path


def load_json_testcases(algorithm):
    lines = (Path(__file__).parent / f"{algorithm}.json").read_text().splitlines()
    return [json.loads(line) for line in lines]
`;

/** As much of pytest as the set's tests use, over unittest: they run where nothing is installed. */
const PYTEST = `import unittest

use_correct = False
run_slow = False


def approx(expected, abs):
    class Near:
        def __eq__(self, other):
            return -abs <= other - expected <= abs

        def __repr__(self):
            return f"{expected} +- {abs}"

    return Near()


def skip(reason):
    raise unittest.SkipTest(reason)


class mark:
    @staticmethod
    def parametrize(names, rows):
        def keep(function):
            function.rows = rows
            return function

        return keep


def loader(names, program):
    methods = {}
    for name, function in list(names.items()):
        if not name.startswith("test") or not callable(function):
            continue
        rows = getattr(function, "rows", None)
        if rows is None:
            methods[name] = lambda self, function=function: function()
            continue
        for number, row in enumerate(rows, 1):
            methods[f"{name}_{number}"] = lambda self, function=function, row=row: function(*row)
    case = type(program.title().replace("_", "") + "Test", (unittest.TestCase,), methods)
    case.__module__ = names["__name__"]
    names[case.__name__] = case
    return lambda loader, tests, pattern: loader.loadTestsFromTestCase(case)
`;
