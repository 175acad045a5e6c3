import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetFormat } from '../dataset.ts';
import type { Instance } from '../instance.ts';
import { patchOf } from './patch-text.ts';
import { pythonCases } from './python-cases.ts';
import { PYTEST_STAND_IN } from './quixbugs-support.ts';
import { readText } from './records.ts';
import { settingOf } from './settings.ts';
import { unreadable } from './unreadable.ts';

const PROGRAMS = 'python_programs';
const CORRECT = 'correct_python_programs';
const TESTS = 'python_testcases';
const DATA = 'json_testcases';
/** Where the published tests are laid for grading, and where those lie that the agent may see. */
const HELD_BACK = '.grading';
const SHOWN = 'tests';

/**
 * QuixBugs (Lin et al., SPLASH Companion 2017), the Python part of a clone: small programs with a fault in one line. Each
 * published test case runs in a process of its own, for faulty programs may loop for ever. Cases that the published tests
 * skip as too slow count as passed.
 */
export const quixbugs: DatasetFormat = {
  name: 'quixbugs',
  about: 'a clone of QuixBugs (Python); --set visible=half shows the agent every second test case',
  recognises: async (path) => [PROGRAMS, CORRECT, TESTS].every((folder) => existsSync(join(path, folder))),
  async read(path, options) {
    const visible = settingOf(options, 'visible', ['none', 'half'] as const);
    const names = (await readdir(join(path, TESTS)))
      .map((name) => /^test_(\w+)\.py$/.exec(name)?.[1])
      .filter((name) => name !== undefined)
      .sort();
    const instances: Instance[] = [];
    for (const name of names) instances.push(await instanceOf(path, name, visible));
    return { name: 'quixbugs', instances, notes: [] };
  },
};

async function instanceOf(clone: string, name: string, visible: 'none' | 'half'): Promise<Instance> {
  const file = `${PROGRAMS}/${name}.py`;
  const program = await publishedProgram(clone, name);
  const cases = program.cases.map((code, index) => ({ name: `${name}_${index + 1}`, code: code(HELD_BACK) }));
  const grading = pythonCases(cases);
  const shown = visible === 'half' ? program.cases.filter((_, index) => index % 2 === 0) : [];
  return {
    id: name,
    cluster: name,
    statement: statementOf(name, file, shown.length > 0),
    files: {
      kind: 'inline',
      files: {
        ...program.files,
        ...(shown.length > 0 && {
          ...supportAt(`${SHOWN}/published`, program.support),
          // A package, so that its test is no namesake of the published one.
          [`${SHOWN}/__init__.py`]: '',
          [`${SHOWN}/test_${name}.py`]: unittestOf(shown.map((code) => code(`${SHOWN}/published`))),
        }),
      },
    },
    checks:
      shown.length === 0
        ? []
        : [
            {
              name: 'test',
              command: `python3 -m unittest discover -s ${SHOWN} -t .`,
              framework: 'unittest',
              timeoutSeconds: 10,
            },
          ],
    grading: { ...grading, files: { ...grading.files, ...supportAt(HELD_BACK, program.support) } },
    gold: patchOf({ [file]: program.files[file]! }, { [file]: program.correct }),
    environment: null,
    meta: { language: 'python' },
  };
}

interface Program {
  /** What the agent begins with. */
  readonly files: Readonly<Record<string, string>>;
  readonly correct: string;
  /** What the cases need, relative to where it is laid. */
  readonly support: Readonly<Record<string, string>>;
  /** Code of each test case, given where the support lies. */
  readonly cases: readonly ((place: string) => string)[];
}

async function publishedProgram(clone: string, name: string): Promise<Program> {
  const read = (path: string) => readText(join(clone, path));
  const faulty = await read(`${PROGRAMS}/${name}.py`);
  const tests = await read(`${TESTS}/test_${name}.py`);
  const data = existsSync(join(clone, DATA, `${name}.json`)) ? await read(`${DATA}/${name}.json`) : null;
  const rows = data?.split('\n').filter((line) => line.trim() !== '').length;
  const functions = [...tests.matchAll(/^def (test\w*)\(/gm)].map(([, test]) => test!);
  if (functions.length === 0)
    throw unreadable({ file: join(clone, TESTS, `test_${name}.py`) }, 'no test function in it');
  const node = existsSync(join(clone, PROGRAMS, 'node.py')) ? await read(`${PROGRAMS}/node.py`) : null;
  const testNode = existsSync(join(clone, TESTS, 'node.py')) ? await read(`${TESTS}/node.py`) : null;
  return {
    files: { [`${PROGRAMS}/${name}.py`]: faulty, ...(node !== null && { [`${PROGRAMS}/node.py`]: node }) },
    correct: withTextOf(faulty, await read(`${CORRECT}/${name}.py`)),
    support: {
      [`${TESTS}/test_${name}.py`]: tests,
      [`${TESTS}/load_testdata.py`]: await read(`${TESTS}/load_testdata.py`),
      ...(testNode !== null && { [`${TESTS}/node.py`]: testNode }),
      [`${TESTS}/pytest.py`]: PYTEST_STAND_IN,
      ...(data !== null && { [`${DATA}/${name}.json`]: data }),
    },
    cases: functions.flatMap((test) =>
      Array.from({ length: rows ?? 1 }, (_, row) => caseCode(name, test, rows === undefined ? null : row)),
    ),
  };
}

function caseCode(name: string, test: string, row: number | null): (place: string) => string {
  return (place) => `import os, sys
sys.path.insert(0, os.path.join(os.getcwd(), "${place}/${TESTS}"))
import pytest, test_${name}
pytest.run(test_${name}.${test}, ${row ?? 'None'})
`;
}

function unittestOf(cases: readonly string[]): string {
  const methods = cases.map((code, index) => `    def test_${index + 1}(self):\n${indented(code)}`);
  return `import unittest\n\n\nclass ProgramTest(unittest.TestCase):\n${methods.join('\n\n')}\n`;
}

const indented = (code: string) =>
  code
    .trimEnd()
    .split('\n')
    .map((line) => `        ${line}`)
    .join('\n');

function supportAt(place: string, support: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(support).map(([path, text]) => [`${place}/${path}`, text]));
}

/** The correct code with the faulty file's text below it: the two differ in more than the fault as published. */
function withTextOf(faulty: string, correct: string): string {
  const [, text = ''] = /^(?=""")([\s\S]*)$/m.exec(faulty) ?? [];
  const code = correct.split(/^"""/m, 1)[0]!.trimEnd();
  const gap = faulty
    .slice(0, faulty.length - text.length)
    .slice(faulty.slice(0, faulty.length - text.length).trimEnd().length);
  return `${code}${gap === '' ? '\n' : gap}${text}`;
}

function statementOf(name: string, file: string, testsShown: boolean): string {
  return [
    `The program in \`${file}\` has a fault in one line. Find it and correct it; change as little as you can.`,
    'What the program should do stands at the end of the file.',
    testsShown
      ? `Some of its tests are in \`${SHOWN}/\`; others are held back.`
      : `Its tests are held back. You may run it: \`python3 -c "from ${PROGRAMS}.${name} import *"\` with a call of your own.`,
  ].join('\n');
}
