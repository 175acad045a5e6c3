import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTestOutput } from '../../src/frameworks/frameworks.ts';
import { decisionsOf } from '../../src/localize/decisions.ts';
import { type LocalizeOptions, localize, MAX_SUSPECTS, type Suspect } from '../../src/localize/localize.ts';
import { folder } from '../helpers/folder.ts';
import { execIn, readIn, works } from '../helpers/run.ts';

const NODE_MODULES = join(import.meta.dirname, '../../../../node_modules');

/** Suspects of a project's check, as found after it was run once the ordinary way. */
async function suspects(
  files: Record<string, string>,
  framework: string,
  command: string,
  options: Partial<LocalizeOptions> & { linkPackages?: boolean; runFirst?: boolean; prepare?: string } = {},
): Promise<Suspect[]> {
  const dir = folder(files);
  if (options.linkPackages) symlinkSync(NODE_MODULES, join(dir, 'node_modules'));
  const exec = execIn(dir);
  if (options.prepare) await exec(options.prepare);
  const first = options.runFirst === false ? null : await exec(command);
  const report = first && readTestOutput(framework, first.output, first.exitCode, dir);
  const check = { name: 'test', command, framework, timeoutSeconds: 60 };
  const found = await localize({ exec, read: readIn(dir), root: dir, check, report, ...options });
  const left = await exec('ls -A "$TMPDIR" | grep -c "^heddle-probe" || true');
  expect(Number(left.output), 'folders left behind').toBe(0);
  return found;
}

const places = (found: readonly Suspect[]) => found.map(({ path, line }) => `${path}:${line}`);

/** Line 4 is wrong: it should be `b + a`. */
const ADD = `export function add(a, b) {
  const both = [a, b];
  if (a < 0) {
    return both[1] - both[0];
  }
  return a + b;
}

export function mul(a, b) {
  return a * b;
}
`;
const TESTS = `import { add, mul } from '../src/add.js';
test('adds', () => equal(add(1, 2), 3));
test('negative', () => equal(add(-1, 2), 1));
test('multiplies', () => equal(mul(2, 3), 6));
`;

describe('JavaScript', () => {
  const head = `import { equal } from 'node:assert';\nimport test from 'node:test';\n`;
  const files = { 'package.json': '{"type":"module","scripts":{"test":"node --test"}}', 'src/add.js': ADD };

  for (const [how, end] of [
    ['leaves', 'process.exit(1)'],
    ['says so', 'process.exitCode = 1'],
  ]) {
    test(`a runner that judges when the process ends, and ${how}`, async () => {
      const runner = `let bad = 0;
process.on('exit', () => { if (bad) ${end}; });
export const test = (run) => { try { run(); } catch { bad += 1; } };
`;
      const one = (run: string) =>
        `import { equal } from 'node:assert';\nimport { test } from './runner.js';\nimport { add, mul } from '../src/add.js';\ntest(() => ${run});\n`;
      const found = await suspects(
        {
          ...files,
          'test/runner.js': runner,
          'test/a.test.js': one('equal(add(-1, 2), 1)'),
          'test/b.test.js': one('equal(mul(2, 3), 6)'),
        },
        'plain',
        'node test/b.test.js && node test/a.test.js',
      );
      expect(places(found).slice(0, 4)).toContain('src/add.js:4');
      expect(places(found)).not.toContain('src/add.js:10');
    });
  }

  test('node:test: the line only the failing test runs comes first', async () => {
    const found = await suspects({ ...files, 'test/add.test.js': head + TESTS }, 'node:test', 'npm test');
    expect(found[0]).toEqual({
      path: 'src/add.js',
      line: 4,
      score: 1,
      reason: 'run by 1 of 1 failing and 0 of 2 passing tests',
    });
    expect(places(found).slice(1, 3).toSorted()).toEqual(['src/add.js:2', 'src/add.js:3']);
    expect(places(found)).not.toContain('src/add.js:10');
    expect(found.every(({ path }) => path === 'src/add.js')).toBe(true);
  });

  test('of a line that all tests run, the expression only the failing one does', async () => {
    const source = `export const size = (n) => (n > 9 ? 'big' : n < 0 ? 'less ' + n : 'small');\n`;
    const tests = `import { size } from '../src/size.js';
test('big', () => equal(size(10), 'big'));
test('small', () => equal(size(1), 'small'));
test('less', () => equal(size(-1), 'less 1'));
`;
    const [first] = await suspects(
      { 'package.json': '{"type":"module"}', 'src/size.js': source, 'test/size.test.js': head + tests },
      'node:test',
      'node --test',
    );
    const { from, to } = first!.columns!;
    expect(source.slice(from - 1, to)).toBe(`'less ' + n`);
    expect(first).toMatchObject({
      line: 1,
      score: 1,
      reason: 'run by 1 of 1 failing and 0 of 2 passing tests',
    });
  });

  test('TypeScript that Node runs itself', async () => {
    const typed = ADD.replaceAll('(a, b)', '(a: number, b: number): number');
    const found = await suspects(
      {
        'package.json': '{"type":"module"}',
        'src/add.ts': typed,
        'test/add.test.ts': (head + TESTS).replace('add.js', 'add.ts'),
      },
      'node:test',
      'node --test',
    );
    expect(places(found)[0]).toBe('src/add.ts:4');
  });

  test('compiled TypeScript is mapped back through the map beside it', async () => {
    const source = `interface Pair {\n  a: number;\n}\n\nexport function first(pair: Pair) {\n  return pair.a + 1;\n}\n`;
    const dist = `export function first(pair) {\n    return pair.a + 1;\n}\n//# sourceMappingURL=pair.js.map\n`;
    // Hand-made: generated lines 1, 2, 3 are lines 5, 6, 7 of the source.
    const map = { version: 3, sources: ['../src/pair.ts'], names: [], mappings: 'AAIA;IACE;AACF' };
    const found = await suspects(
      {
        'package.json': '{"type":"module"}',
        'src/pair.ts': source,
        'dist/pair.js': dist,
        'dist/pair.js.map': JSON.stringify(map),
        'test/pair.test.js': `${head}import { first } from '../dist/pair.js';\ntest('first', () => equal(first({ a: 1 }), 1));\n`,
      },
      'node:test',
      'node --test',
    );
    expect(places(found)).toEqual(['src/pair.ts:6', 'src/pair.ts:5']);
  });

  test('vitest, with types and a source map held in memory', async () => {
    const typed = `interface Never {\n  a: 1;\n}\n${ADD.replaceAll('(a, b)', '(a: number, b: number): number')}`;
    const found = await suspects(
      {
        'package.json': '{"type":"module","scripts":{"test":"vitest"}}',
        'src/add.ts': typed,
        'test/add.test.ts': `import { expect, test } from 'vitest';\nconst equal = (a, b) => expect(a).toBe(b);\n${TESTS}`,
      },
      'vitest',
      'npm test',
      { linkPackages: true },
    );
    expect(found[0]).toMatchObject({ path: 'src/add.ts', line: 7, score: 1 });
    expect(places(found)).not.toContain('src/add.ts:13');
  });

  test('what an assertion ran that held, in a test that failed, is less suspicious', async () => {
    const program = `exports.twice = (n) => {\n  return n * 2;\n};\nexports.thrice = (n) => {\n  return n * 4;\n};\n`;
    const check = `const { equal } = require('node:assert');\nconst { twice, thrice } = require('../times.js');
require('node:test')('times', () => {\n  equal(twice(1), 2);\n  equal(twice(2), 4);\n  equal(thrice(1), 3);\n});\n`;
    const files = { 'times.js': program, 'test/times.test.js': check };
    const found = await suspects(files, 'node:test', 'node --test');
    expect(found[0]).toMatchObject({ path: 'times.js', line: 5, score: 1 });
    expect(found.find(({ line }) => line === 2)?.score).toBeCloseTo(1 / Math.sqrt(3), 2);
  });

  test('ties are broken by recent change in git', async () => {
    const old = `exports.total = (list) => {
  const start = 0;
  const one = list[0];
  const two = list[1];
  return start + one + two;
};
`;
    const check = `const test = require('node:test');\ntest('total', () => require('node:assert').equal(require('../total.js').total([1, 2]), 3));\n`;
    const history = [
      'git init -q . && git add -A',
      'GIT_COMMITTER_DATE=2001-01-01T00:00:00Z git -c user.name=a -c user.email=a@b commit -qm one',
      "sed -i 's/list.1./list[0]/' total.js",
      'git -c user.name=a -c user.email=a@b commit -qam two',
      'node --test',
    ];
    const found = await suspects(
      { 'total.js': old, 'test/total.test.js': check },
      'node:test',
      'node --test',
      { runFirst: false, prepare: history.join('; ') },
    );
    expect(places(found)[0]).toBe('total.js:4');
  });

  test('a thrown error breaks ties by nearness to its place', async () => {
    const source = `exports.parse = (text) => {
  const trimmed = text.trim();
  const parts = trimmed.split(',');
  return parts.map((part) => part.missing.length);
};
`;
    const found = await suspects(
      {
        'lib/parse.js': source,
        'test/parse.test.js': `const test = require('node:test');\nconst { parse } = require('../lib/parse.js');\ntest('parses', () => { parse('a,b'); });\n`,
      },
      'node:test',
      'node --test',
    );
    expect(found[0]).toMatchObject({ path: 'lib/parse.js', line: 4 });
    expect(found[0]?.reason).toMatch(/^on the stack; /);
    expect(places(found).slice(1)).toEqual(['lib/parse.js:3', 'lib/parse.js:2', 'lib/parse.js:1']);
  });

  test('a file that cannot be parsed is suspected although nothing of it ran', async () => {
    const found = await suspects(
      {
        'lib/a.js': 'exports.a = 1;\nexports.b = = 2;\n',
        'test/a.test.js': `require('node:test')('a', () => {});\nrequire('../lib/a.js');\n`,
      },
      'node:test',
      'node --test',
    );
    expect(found[0]).toMatchObject({ path: 'lib/a.js', line: 2, reason: 'on the stack' });
  });

  test('what a program ran that a test started counts as run by the test', async () => {
    const cli = `const [, , word] = process.argv;
if (word === 'loud') {
  console.log('LOUDER');
} else {
  console.log(word);
}
`;
    const test_ = `const { equal } = require('node:assert');
const { execFileSync } = require('node:child_process');
const test = require('node:test');
const run = (word) => execFileSync(process.execPath, [__dirname + '/../cli.js', word], { encoding: 'utf8' });
test('quiet', () => equal(run('a'), 'a\\n'));
test('loud', () => equal(run('loud'), 'LOUD\\n'));
`;
    const found = await suspects({ 'cli.js': cli, 'test/cli.test.js': test_ }, 'node:test', 'node --test');
    expect(found[0]).toMatchObject({ path: 'cli.js', line: 3, score: 1 });
  });

  test.each([
    [
      'a loop',
      'for (let i = 0; i !== 0.5; i++) {\n    items.push(i);\n    items.length = 0;\n  }',
      /^spin\.js:[234]$/,
    ],
    ['a regular expression', 'return /^(a+)+$/.test("a".repeat(60) + "b");', /^spin\.js:2$/],
    ['a loop in one of the helpers', 'while (items.length === 0) wait();', /^spin\.js:(?:2|6)$/],
  ])('an endless run is stopped, and where it was is suspected: %s', async (_, body, place) => {
    const source = `exports.spin = (items = []) => {\n  ${body}\n};\n\nfunction wait() {\n  return Math.random();\n}\n`;
    const found = await suspects(
      {
        'spin.js': source,
        'test/spin.test.js': `const test = require('node:test');\nconst { spin } = require('../spin.js');\ntest('fine', () => {});\ntest('spins', () => { spin(); });\n`,
      },
      'node:test',
      'node --test',
      { runFirst: false, timeoutSeconds: 2 },
    );
    expect(places(found)[0]).toMatch(place);
    expect(found[0]).toMatchObject({ score: 1 });
  });

  test('a process that only waits is stopped as well', async () => {
    const found = await suspects(
      {
        'wait.js': `exports.wait = async (ms) => {\n  await new Promise((done) => setTimeout(done, ms));\n};\nexports.other = () => 1;\n`,
        'test/wait.test.js': `const test = require('node:test');\nconst { wait, other } = require('../wait.js');\ntest('other', () => { other(); });\ntest('waits', () => wait(1e6));\n`,
      },
      'node:test',
      'node --test',
      { runFirst: false, timeoutSeconds: 2 },
    );
    expect(places(found)[0]).toMatch(/^wait\.js:[12]$/);
    expect(found[0]?.score).toBe(1);
  });

  test('a plain program that fails is localised by its own run', async () => {
    const found = await suspects(
      {
        'check.js': `require('./lib/a.js')(1);\n`,
        'lib/a.js': `module.exports = (n) => {\n  if (n) throw new Error('no');\n  return 2;\n};\n`,
      },
      'plain',
      'node check.js',
    );
    expect(found[0]).toMatchObject({ path: 'lib/a.js', line: 2 });
    expect(places(found)).not.toContain('lib/a.js:3');
  });

  test('a check that passes has no suspects', async () => {
    const passing = TESTS.replace(/.*negative.*\n/, '');
    expect(await suspects({ ...files, 'test/add.test.js': head + passing }, 'node:test', 'npm test')).toEqual(
      [],
    );
  });

  test('a long list is cut', async () => {
    const long = `exports.f = (x) => {\n${'  x += 1;\n'.repeat(300)}  return x;\n};\n`;
    const found = await suspects(
      {
        'f.js': long,
        'test/f.test.js': `require('node:test')('f', () => { if (require('../f.js').f(1) !== 1) throw Error(); });\n`,
      },
      'node:test',
      'node --test',
    );
    expect(found.length).toBe(MAX_SUSPECTS);
  });
});

test.each([
  ['return total', 0],
  ['  const both = [a];', 0],
  ["log('a < b, 3');  // a > 4", 0],
  ['items.map((x) => x)', 0],
  ['return a + b', 1],
  ['swap(a, b)', 1],
  ['if i <= 10:', 2],
  ['return a is None and b > 3 or c', 2],
])('%s decides %d', (line, much) => {
  expect(decisionsOf(line)).toBe(much);
});

describe('Python', () => {
  const calc = `LIMIT = 10


def add(a, b):
    if a < 0:
        return b - a
    return a + b


def mul(a, b):
    return a * b
`;
  const unittest = `import unittest

from calc import add, mul


class Calc(unittest.TestCase):
    def test_add(self):
        self.assertEqual(add(1, 2), 3)

    def test_negative(self):
        self.assertEqual(add(-1, 2), 1)

    def test_mul(self):
        self.assertEqual(mul(2, 3), 6)
`;
  /** Both ways of recording lines, `sys.monitoring` (3.12 and later) and `sys.settrace`, as far as both are here. */
  const pythons = [
    'python3',
    'python3.13',
    'python3.9',
    'PYENV_VERSION=3.13.0 python3',
    'PYENV_VERSION=3.6.15 python3',
  ].filter((python) => works(`${python} -c 1`));

  test.skipIf(pythons.length === 0).each(pythons.length > 0 ? pythons : ['none'])(
    'unittest with %s (skipped without python3)',
    async (python) => {
      const found = await suspects(
        { 'calc.py': calc, 'test_calc.py': unittest },
        'unittest',
        `${python} -m unittest`,
      );
      expect(found[0]).toEqual({
        path: 'calc.py',
        line: 6,
        score: 1,
        reason: 'run by 1 of 1 failing and 0 of 2 passing tests',
      });
      expect(places(found)[1]).toBe('calc.py:5');
      expect(places(found)).not.toContain('calc.py:11');
    },
  );

  test.skipIf(pythons.length === 0).each(pythons.length > 0 ? pythons : ['none'])(
    'what an assertion ran that held is less suspicious, with %s (skipped without python3)',
    async (python) => {
      const program = `def twice(n):\n    return n * 2\n\n\ndef thrice(n):\n    return n * 4\n`;
      const check = `import unittest\nfrom times import twice, thrice\n\n\nclass Times(unittest.TestCase):
    def test_times(self):
        for n in (1, 2):
            self.assertEqual(
                twice(n),
                n + n)
        with self.assertRaises(TypeError):
            twice(None)
        self.assertEqual([thrice(n) for n in (0, 1)], [0, 3])
`;
      const files = { 'times.py': program, 'test_times.py': check };
      const found = await suspects(files, 'unittest', `${python} -m unittest`);
      expect(found[0]).toMatchObject({ path: 'times.py', line: 6, score: 1 });
      expect(found.find(({ line }) => line === 2)?.score).toBeCloseTo(1 / Math.SQRT2, 3);
    },
  );

  test.skipIf(!works('python3 -m pytest --version'))('pytest (skipped without pytest)', async () => {
    const tests = `import pytest
from calc import add

@pytest.mark.parametrize("a,b,c", [(1, 2, 3), (-1, 2, 1), (0, 0, 0)])
def test_add(a, b, c):
    assert add(a, b) == c
`;
    const found = await suspects(
      { 'calc.py': calc, 'test_calc.py': tests },
      'pytest',
      'python3 -m pytest -q',
    );
    expect(found[0]).toMatchObject({ path: 'calc.py', line: 6, score: 1 });
    expect(found[0]?.reason).toBe('run by 1 of 1 failing and 0 of 2 passing tests');
  });

  const python = pythons.length > 0;

  test.skipIf(!python)('a project’s own sitecustomize still runs (skipped without python3)', async () => {
    const found = await suspects(
      {
        'site/sitecustomize.py': 'import builtins\nbuiltins.FROM_SITE = 1\n',
        'calc.py': 'def f():\n    return FROM_SITE\n',
        'test_calc.py':
          'import unittest, calc\n\nclass A(unittest.TestCase):\n    def test_f(self):\n        self.assertEqual(calc.f(), 2)\n',
      },
      'unittest',
      'PYTHONPATH="$PYTHONPATH:$PWD/site" python3 -m unittest',
    );
    expect(found.map(({ path, line, score }) => ({ path, line, score }))).toContainEqual({
      path: 'calc.py',
      line: 2,
      score: 1,
    });
  });

  test.skipIf(!python).each([
    ['a loop', 'while n != 0.5:\n        n += 1', /^spin\.py:[23]$/],
    ['a regular expression', `import re\n    re.match(r"(a+)+$", "a" * 60 + "b")`, /^spin\.py:3$/],
    ['a sleep', 'import time\n    time.sleep(1000)', /^spin\.py:3$/],
  ])(
    'an endless run is stopped, and where it was is suspected: %s (skipped without python3)',
    async (_, body, place) => {
      const found = await suspects(
        {
          'spin.py': `def spin(n=0):\n    ${body}\n    return n\n`,
          'test_spin.py':
            'import unittest\nfrom spin import spin\n\nclass A(unittest.TestCase):\n    def test_a(self):\n        pass\n\n    def test_spin(self):\n        spin()\n',
        },
        'unittest',
        'python3 -m unittest',
        { runFirst: false, timeoutSeconds: 2 },
      );
      expect(places(found)[0]).toMatch(place);
    },
  );

  test.skipIf(!python)(
    'what a program ran that a test started counts as run by the test (skipped without python3)',
    async () => {
      const found = await suspects(
        {
          'cli.py': `import sys\n\nif sys.argv[1] == "loud":\n    print("LOUDER")\nelse:\n    print(sys.argv[1])\n`,
          'test_cli.py': `import subprocess, sys, unittest

def run(word):
    return subprocess.run([sys.executable, "cli.py", word], capture_output=True, text=True).stdout

class Cli(unittest.TestCase):
    def test_quiet(self):
        self.assertEqual(run("a"), "a\\n")

    def test_loud(self):
        self.assertEqual(run("loud"), "LOUD\\n")
`,
        },
        'unittest',
        'python3 -m unittest',
      );
      expect(found[0]).toMatchObject({ path: 'cli.py', line: 4, score: 1 });
    },
  );
});

test('without coverage the stack traces are what there is', async () => {
  const dir = folder({ 'a.go': 'package a\n\nfunc F() int {\n\treturn 1\n}\n', 'b.js': 'f(\n  1,\n);\n' });
  const found = await localize({
    exec: () => Promise.reject(new Error('must not run')),
    read: readIn(dir),
    root: dir,
    check: { name: 'test', command: 'go test ./...', framework: 'go', timeoutSeconds: 60 },
    report: {
      counts: { passed: 0, failed: 1, skipped: 0 },
      failing: [
        {
          name: 'a',
          message: '',
          frames: [
            { path: 'b.js', line: 2 },
            { path: 'b.js', line: 1 },
            { path: 'gone.js', line: 1 },
            { path: 'b_test.js', line: 1 },
          ],
        },
      ],
    },
  });
  expect(found).toEqual([
    { path: 'b.js', line: 2, score: 1, reason: 'on the stack' },
    { path: 'b.js', line: 1, score: 0.5, reason: 'on the stack' },
  ]);
});
