import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FailingTest } from '@heddle/code';
import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { solve } from '../../src/solve.ts';
import { focusedRun, oneProcessRun } from '../../src/tools/attempt/focus.ts';
import { BUGGY, call, FINISH, HOST, repository, runtime } from '../support.ts';

interface Attempted {
  readonly content: string;
  readonly details: { readonly focused: string | null; readonly candidates: readonly { outcome: string }[] };
  readonly outcome: string;
}

/** Runs one `attempt` in a repository and gives what it answered, without its seconds. */
async function attempt(files: Record<string, string>, input: object, after: object[] = []) {
  const run = runtime();
  const script = [
    { calls: [{ tool: 'attempt', input }, ...after] as { tool: string; input: unknown }[] },
    { calls: [FINISH] },
    { calls: [FINISH] },
  ];
  const repo = repository(files);
  const result = await solve(
    { task: 'fix', repo, model: scriptedModel(script), tools: ['attempt'], ...HOST },
    run,
  );
  const ends = run.seen.flatMap(({ event }) =>
    event.type === 'action.completed' ? [event as unknown as Attempted] : [],
  );
  const { content, details, outcome } = ends[0]!;
  return {
    content: content.replace(/in [\d.]+ s/, 'in N s'),
    details,
    outcome,
    result,
    ends,
    home: run.home,
  };
}

const candidate = (label: string, old: string, put: string, path = 'sum.js') => ({
  label,
  edits: [{ path, old, new: put }],
});

const PYTHON = {
  'shop/__init__.py': '',
  'shop/price.py': 'def total(net):\n    return net + 19\n',
  'tests/__init__.py': '',
  'tests/test_price.py':
    'import unittest\nfrom shop.price import total\n\nclass Price(unittest.TestCase):\n    def test_zero(self):\n        self.assertEqual(total(0), 0)\n\n    def test_hundred(self):\n        self.assertEqual(total(100), 119)\n',
};

describe('attempt', () => {
  it('tries each candidate and leaves the files alone', async () => {
    const end = await attempt(BUGGY, {
      candidates: [
        candidate('too far', 'let i = 1', 'let i = 2'),
        candidate('from the start', 'let i = 1', 'let i = 0'),
        candidate('no end', 'i++', 'i + 0'),
        candidate('not there', 'let j = 1', 'let j = 0'),
        candidate('no syntax', 'let i = 1', 'let i = '),
      ],
    });
    expect(end.content).toMatchInlineSnapshot(`
      "Tried 5 of 5 candidates on check test (failing tests first, all of it for those that pass) in N s: 1 pass, 2 fail, 1 hung, 1 broken.
      #1 fail 0/1 too far
      #2 pass 2/2 from the start
      #3 hung no end
      #4 broken not there (the old text is not in sum.js)
      #5 fail 0/1 no syntax"
    `);
    expect(end.result.patch).toBe('');
    expect(end.details.focused).toContain("'--test-name-pattern=adds all$' sum.test.js");
    expect(readdirSync(join(end.home, 'work'))).toEqual([]);
  });

  it('tells apart what mends a part and what breaks something else', async () => {
    const files = {
      ...BUGGY,
      'sum.test.js': `${BUGGY['sum.test.js']}test('adds two', () => assert.equal(sum([4, 5]), 9));\n`,
    };
    const end = await attempt(files, {
      candidates: [
        candidate('only two', 'return total', 'return numbers.length === 2 ? 9 : total'),
        candidate('not empty', 'let total = 0', 'let total = numbers[0]'),
      ],
    });
    expect(end.content).toMatchInlineSnapshot(`
      "Tried 2 of 2 candidates on check test (failing tests first, all of it for those that pass) in N s: 1 part, 1 fail.
      #1 part 1/2 only two (mends "sum.test.js > adds two")
      #2 fail 0/2 not empty (breaks "sum.test.js > empty")"
    `);
  });

  it('compares what passing candidates make the tests run', async () => {
    const files = {
      'package.json': BUGGY['package.json'],
      'sign.js':
        "export function sign(n) {\n  if (n > 0) {\n    return 'plus';\n  }\n  if (n < -1) {\n    return 'minus';\n  }\n  return 'none';\n}\n",
      'sign.test.js':
        "import assert from 'node:assert/strict';\nimport test from 'node:test';\nimport { sign } from './sign.js';\ntest('plus', () => assert.equal(sign(2), 'plus'));\ntest('minus', () => assert.equal(sign(-1), 'minus'));\n",
    };
    const end = await attempt(files, {
      compare: true,
      candidates: [
        candidate('bound', 'n < -1', 'n < 0', 'sign.js'),
        candidate('turned', 'n < -1', '0 > n', 'sign.js'),
        candidate(
          'early',
          'if (n > 0) {',
          "if (n === -1) {\n    return 'minus';\n  }\n  if (n > 0) {",
          'sign.js',
        ),
        candidate(
          'other arm',
          "if (n > 0) {\n    return 'plus';\n  }",
          "if (n <= 0) return 'minus';\n  if (n < 9) return 'plus';",
          'sign.js',
        ),
        candidate('no', 'n < -1', 'n < -2', 'sign.js'),
      ],
    });
    expect(end.content).toMatchInlineSnapshot(`
      "Tried 5 of 5 candidates on check test (failing tests first, all of it for those that pass) in N s: 4 pass, 1 fail.
      #1 pass 2/2 bound (behaviour 1; passing tests run as before)
      #2 pass 2/2 turned (behaviour 1; passing tests run as before)
      #3 pass 2/2 early (behaviour 2; passing tests run as before)
      #4 pass 2/2 other arm (behaviour 3; 1 of 1 passing tests run otherwise)
      #5 fail 0/1 no"
    `);
  });

  it('stops after enough passes, in the order given', async () => {
    const pass = candidate('a', 'let i = 1', 'let i = 0');
    const fail = candidate('b', 'let i = 1', 'let i = 3');
    const end = await attempt(BUGGY, { candidates: [fail, pass, fail, pass, fail, pass], stop_after: 2 });
    expect(end.details.candidates.map(({ outcome }) => outcome)).toEqual(['fail', 'pass', 'fail', 'pass']);
    expect(end.content).toContain('Not tried: #5 to #6 (enough have passed).');
  });

  it('runs Python anew for each candidate, though size and second are the same', async () => {
    const change = (put: string) => candidate(put, 'net + 19', put, 'shop/price.py');
    const end = await attempt(PYTHON, {
      candidates: [change('net * 19'), change('net * 20'), change('net*1.19'), change('net * 21')],
    });
    expect(end.details.candidates.map(({ outcome }) => outcome)).toEqual(['fail', 'fail', 'pass', 'fail']);
    expect(end.details.focused).toContain('-m unittest tests.test_price.Price.test_zero');
  });

  it('does not let one candidate pass for what another left behind', async () => {
    const files = {
      'package.json': BUGGY['package.json'],
      'mark.js': "import { existsSync } from 'node:fs';\nexport const marked = () => existsSync('mark');\n",
      'mark.test.js':
        "import test from 'node:test';\nimport assert from 'node:assert';\nimport { marked } from './mark.js';\ntest('marked', () => assert.ok(marked()));\n",
    };
    const leave = {
      label: 'leaves',
      edits: [
        {
          path: 'mark.js',
          old: "from 'node:fs';",
          new: "from 'node:fs';\nimport { writeFileSync } from 'node:fs';\nwriteFileSync('mark', '');\nthrow new Error('no');",
        },
      ],
    };
    const none = { label: 'nothing', edits: [{ path: 'mark.js', old: 'marked = ()', new: 'marked = (_)' }] };
    const end = await attempt(files, { candidates: [leave, none, none, none] });
    expect(end.details.candidates.map(({ outcome }) => outcome)).toEqual(['fail', 'fail', 'fail', 'fail']);
  });

  it('keeps Windows line ends, and finds a text by its line', async () => {
    const files = { ...BUGGY, 'sum.js': `// let i = 1\n${BUGGY['sum.js']}`.replaceAll('\n', '\r\n') };
    const twice = candidate('which?', 'let i = 1', 'let i = 0');
    const there = {
      label: 'there',
      edits: [
        {
          path: 'sum.js',
          line: 4,
          old: 'let i = 1; i < numbers.length; i++) total += numbers[i];\n',
          new: 'let i = 0; i < numbers.length; i++)\n    total += numbers[i];\n',
        },
      ],
    };
    const end = await attempt(files, { candidates: [twice, there] });
    expect(end.content).toContain(
      '#1 broken which? (the old text occurs more than once in sum.js; say on which line)',
    );
    expect(end.content).toContain('#2 pass');
  });

  it('names the fault of a call that cannot work', async () => {
    const green = { ...BUGGY, 'sum.js': BUGGY['sum.js'].replace('let i = 1', 'let i = 0') };
    const candidates = [candidate('a', 'let i = 0', 'let i = 1')];
    expect(await attempt(green, { candidates })).toMatchObject({
      outcome: 'error',
      content: 'No check fails.',
    });
    expect((await attempt(BUGGY, { candidates, check: 'lint' })).content).toBe(
      'There is no check "lint" (test).',
    );
    expect((await attempt(BUGGY, { candidates: [] })).outcome).toBe('error');
  });

  it('ends at once when the user stops, and leaves no copy behind', async () => {
    const stop = new AbortController();
    const run = runtime({ signal: stop.signal });
    const endless = Array.from({ length: 40 }, (_, i) => candidate(`${i}`, 'i++', `i + ${i} * 0`));
    const model = scriptedModel(() => {
      setTimeout(() => stop.abort(), 1_500);
      return call('attempt', { candidates: endless });
    });
    const result = await solve(
      { task: 'fix', repo: repository(BUGGY), model, tools: ['attempt'], ...HOST },
      run,
    );
    expect(result.status).toBe('interrupted');
    expect(readdirSync(join(run.home, 'work')).length).toBeLessThanOrEqual(1);
  });
});

describe('running only the failing tests', () => {
  const failing = (name: string, path?: string): FailingTest => ({
    name,
    message: '',
    frames: path ? [{ path, line: 1 }] : [],
  });
  const of = (framework: string, command: string, tests: FailingTest[], scripts?: Record<string, string>) =>
    focusedRun({ name: 'test', command, framework, timeoutSeconds: 60 }, tests, async () =>
      scripts ? JSON.stringify({ scripts }) : null,
    ).then(([focused]) => focused?.command.replace(/^(?:(?:PATH|NODE_COMPILE_CACHE)=\S+ )+/, '') ?? null);

  it('node:test, with or without a package manager before it', async () => {
    const tests = [failing('a.test.js > adds (all)', 'a.test.js')];
    const command = "node '--test-name-pattern=adds \\(all\\)$' a.test.js";
    expect(await of('node:test', 'node --test', tests)).toBe(command);
    expect(await of('node:test', 'npm test', tests, { test: 'node --test' })).toBe(command);
    expect(await of('node:test', 'npm run unit', tests, { unit: 'node --import tsx --test test' })).toBe(
      "node --import tsx '--test-name-pattern=adds \\(all\\)$' a.test.js",
    );
  });

  it('node:test: several files in one process, if this Node can, else as the check does it', async () => {
    const check = { name: 'test', command: 'node --test', framework: 'node:test', timeoutSeconds: 60 };
    const tests = [failing('a.test.js > a', 'a.test.js'), failing('b.test.js > b', 'b.test.js')];
    const commands = (await focusedRun(check, tests, async () => null)).map(({ command }) => command);
    expect(commands).toHaveLength(2);
    expect(commands[0]).toContain('node --test --test-isolation=none ');
    expect(commands[1]).toBe(commands[0]!.replace('--test-isolation=none ', ''));
    expect(await oneProcessRun(check, async () => null)).toMatch(/ node --test --test-isolation=none$/);
    const npm = { ...check, command: 'npm test' };
    const scripts = JSON.stringify({ scripts: { test: 'node --test test/' } });
    expect(await oneProcessRun(npm, async () => scripts)).toMatch(
      / node --test --test-isolation=none test\/$/,
    );
    expect(await oneProcessRun({ ...check, command: 'node a.test.js' }, async () => null)).toBeNull();
    expect(await oneProcessRun({ ...check, framework: 'vitest' }, async () => null)).toBeNull();
  });

  it('file names with wildcards, quoted or not, are no obstacle', async () => {
    const tests = [failing('a.test.js > a', 'test/a.test.js')];
    const command = "node '--test-name-pattern=a$' test/a.test.js";
    expect(await of('node:test', 'node --test test/*.test.js', tests)).toBe(command);
    expect(await of('node:test', 'npm test', tests, { test: 'node --test "test/**/*.js"' })).toBe(command);
    expect(await of('node:test', 'node --test "a b/*.js"', tests)).toBeNull();
  });

  it('node:test: the test file, not a helper beside it', async () => {
    const frames = [
      { path: 'test/tools.js', line: 1 },
      { path: 'test/a.test.js', line: 2 },
    ];
    const tests = [{ name: 'test/tools.js > a', message: '', frames }];
    expect(await of('node:test', 'node --test', tests)).toMatch(/ test\/a\.test\.js$/);
  });

  it('leaves alone what it cannot take apart', async () => {
    const tests = [failing('a', 'a.test.js')];
    expect(await of('node:test', 'npm test', tests, { test: 'tsc && node --test' })).toBeNull();
    expect(await of('node:test', 'npm test', tests, { pretest: 'tsc', test: 'node --test' })).toBeNull();
    expect(await of('node:test', 'node --test', [failing('a')])).toBeNull();
    expect(await of('go', 'go test ./...', tests)).toBeNull();
  });

  it('pytest and unittest by name, the others by file', async () => {
    expect(await of('pytest', 'python3 -m pytest tests', [failing('tests/test_a.py::T::test_b[x y]')])).toBe(
      "python3 -m pytest -q -p no:cacheprovider 'tests/test_a.py::T::test_b[x y]'",
    );
    expect(await of('unittest', 'python3 -m unittest discover -s tests', [failing('test_a.T.test_b')])).toBe(
      'PYTHONPATH=tests:"$PYTHONPATH" python3 -m unittest test_a.T.test_b',
    );
    expect(await of('unittest', 'python3 -m unittest', [failing('test_b (tests.test_a.T.test_b)')])).toBe(
      'python3 -m unittest tests.test_a.T.test_b',
    );
    expect(await of('vitest', 'npm test', [failing('x', 'src/a.test.ts')], { test: 'vitest' })).toBe(
      'vitest run src/a.test.ts',
    );
  });
});
