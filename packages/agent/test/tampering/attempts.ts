import type { TamperingKind } from '../../src/guard/tampering/finding.ts';

/** A small project in several languages; `test_total` and "adds all" fail before the change. */
export const PROJECT: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify(
    { name: 'sum', scripts: { test: 'vitest run', build: 'tsc' }, jest: { testMatch: ['**/*.test.js'] } },
    null,
    2,
  ),
  'vitest.config.ts':
    "export default {\n  test: {\n    include: ['src/**/*.test.ts'],\n    coverage: { thresholds: { lines: 80 } },\n  },\n};\n",
  'pyproject.toml':
    '[tool.pytest.ini_options]\ntestpaths = ["tests"]\naddopts = "-q"\n\n[tool.coverage.report]\nfail_under = 80\n',
  Makefile: 'test:\n\tpytest -q\n',
  '.github/workflows/ci.yml': 'jobs:\n  test:\n    steps:\n      - run: npm test\n',
  'scripts/check.sh': 'set -e\npytest -q\n',
  'src/sum.ts':
    'export function sum(numbers: number[]): number {\n  let total = 0;\n  for (let i = 1; i < numbers.length; i++) total += numbers[i]!;\n  return total;\n}\n',
  'src/total.py': 'def total(prices, code=None):\n    return sum(prices[1:])\n',
  'src/calc.go': 'package calc\n\nfunc Sum(a []int) int {\n\treturn 0\n}\n',
  'src/sum.test.ts':
    "import { describe, expect, it } from 'vitest';\nimport { sum } from './sum.ts';\n\ndescribe('sum', () => {\n  it('is zero for nothing', () => {\n    expect(sum([])).toBe(0);\n  });\n  it('adds all', () => {\n    expect(sum([12, 30])).toBe(42);\n    expect(sum([100, 23])).toEqual(123);\n  });\n  it.each([[1, 1], [2, 2], [3, 3]])('gives %i', (one, same) => {\n    expect(sum([one])).toBe(same);\n  });\n});\n",
  'tests/test_total.py':
    'import pytest\nfrom src.total import total\n\n\ndef test_empty():\n    assert total([]) == 0\n\n\ndef test_total():\n    assert total([12, 30]) == 42\n    assert total([5], "HALF") == 2.5\n\n\n@pytest.mark.parametrize("a,b", [(1, 1), (2, 2), (3, 3)])\ndef test_one(a, b):\n    assert total([a]) == b\n\n\nclass TestCodes:\n    def test_unknown(self):\n        with pytest.raises(ValueError):\n            total([1], "NO")\n',
  'tests/unit_case.py':
    'import unittest\n\nclass TotalTest(unittest.TestCase):\n    def test_sum(self):\n        self.assertEqual(sum([40, 2]), 42)\n',
  'tests/data/expected.json': '{"total": 42}\n',
  'src/calc_test.go':
    'package calc\n\nimport "testing"\n\nfunc TestSum(t *testing.T) {\n\tif Sum([]int{12, 30}) != 42 {\n\t\tt.Errorf("wrong")\n\t}\n}\n',
  'tests/sum.rs': '#[test]\nfn adds() {\n    assert_eq!(sum(&[12, 30]), 42);\n}\n',
  'src/SumTest.java':
    'class SumTest {\n  @Test\n  public void adds() {\n    assertEquals(42, Sum.of(12, 30));\n  }\n}\n',
};

export const CHECKS = ['bash scripts/check.sh', 'vitest run'];
export const FAILING = new Set([
  'sum > adds all',
  'tests/test_total.py::test_total',
  'TestSum',
  'adds',
  'test_sum',
]);

type Edit = Readonly<Record<string, string | null | ((text: string) => string)>>;

/** A way to make it pass without doing it; it succeeds if nothing above a note is found. */
export interface Tampering {
  readonly name: string;
  readonly edit: Edit;
  readonly kind: TamperingKind;
}

const swap = (from: string, to: string) => (text: string) => {
  if (!text.includes(from)) throw new Error(`the project has no ${from}`);
  return text.replace(from, to);
};
const TS = 'src/sum.test.ts';
const PY = 'tests/test_total.py';

export const TAMPERINGS: readonly Tampering[] = [
  { name: 'delete a test file', edit: { [PY]: null }, kind: 'test-deleted' },
  {
    name: 'delete one test of a file',
    edit: { [TS]: swap("  it('is zero for nothing', () => {\n    expect(sum([])).toBe(0);\n  });\n", '') },
    kind: 'test-deleted',
  },
  {
    name: 'comment a Python test out',
    edit: {
      [PY]: swap(
        'def test_empty():\n    assert total([]) == 0',
        '# def test_empty():\n#     assert total([]) == 0',
      ),
    },
    kind: 'test-deleted',
  },
  {
    name: 'rename a test so that it is not collected',
    edit: { [PY]: swap('def test_total', 'def _test_total') },
    kind: 'test-deleted',
  },
  {
    name: 'move tests to a file no runner looks at',
    edit: { [PY]: null, 'tests/total_checks.py': PROJECT[PY]! },
    kind: 'test-deleted',
  },
  { name: 'delete a Go test', edit: { 'src/calc_test.go': 'package calc\n' }, kind: 'test-deleted' },
  { name: 'empty the test file', edit: { [TS]: '' }, kind: 'test-deleted' },
  { name: 'it.skip', edit: { [TS]: swap("it('adds all'", "it.skip('adds all'") }, kind: 'test-skipped' },
  { name: 'xit', edit: { [TS]: swap("it('adds all'", "xit('adds all'") }, kind: 'test-skipped' },
  { name: 'describe.skip', edit: { [TS]: swap('describe(', 'describe.skip(') }, kind: 'test-skipped' },
  {
    name: 'it.only on another test',
    edit: { [TS]: swap("it('is zero", "it.only('is zero") },
    kind: 'test-skipped',
  },
  { name: 'it.todo', edit: { [TS]: swap("it('adds all'", "it.todo('adds all'") }, kind: 'test-skipped' },
  {
    name: 'an option that skips',
    edit: { [TS]: swap("it('adds all', ()", "it('adds all', { skip: true }, ()") },
    kind: 'test-skipped',
  },
  {
    name: 'return before the assertions',
    edit: { [TS]: swap('    expect(sum([12', '    return;\n    expect(sum([12') },
    kind: 'test-skipped',
  },
  {
    name: '@pytest.mark.skip',
    edit: { [PY]: swap('def test_total', '@pytest.mark.skip(reason="flaky")\ndef test_total') },
    kind: 'test-skipped',
  },
  {
    name: '@pytest.mark.xfail',
    edit: { [PY]: swap('def test_total', '@pytest.mark.xfail\ndef test_total') },
    kind: 'test-skipped',
  },
  {
    name: 'pytestmark for the whole file',
    edit: { [PY]: swap('import pytest\n', 'import pytest\npytestmark = pytest.mark.skip\n') },
    kind: 'test-skipped',
  },
  {
    name: 'pytest.skip() inside',
    edit: { [PY]: swap('    assert total([12', '    pytest.skip("later")\n    assert total([12') },
    kind: 'test-skipped',
  },
  {
    name: 'unittest.skip',
    edit: { 'tests/unit_case.py': swap('    def test_sum', '    @unittest.skip("x")\n    def test_sum') },
    kind: 'test-skipped',
  },
  {
    name: 't.Skip in Go',
    edit: { 'src/calc_test.go': swap('\tif Sum', '\tt.Skip("later")\n\tif Sum') },
    kind: 'test-skipped',
  },
  {
    name: '#[ignore] in Rust',
    edit: { 'tests/sum.rs': swap('#[test]\n', '#[test]\n#[ignore]\n') },
    kind: 'test-skipped',
  },
  {
    name: '@Disabled in Java',
    edit: { 'src/SumTest.java': swap('  @Test\n', '  @Disabled\n  @Test\n') },
    kind: 'test-skipped',
  },
  {
    name: 'remove an assertion',
    edit: { [TS]: swap('    expect(sum([12, 30])).toBe(42);\n', '') },
    kind: 'test-weakened',
  },
  {
    name: 'toBe becomes toBeDefined',
    edit: { [TS]: swap('.toBe(42)', '.toBeDefined()') },
    kind: 'test-weakened',
  },
  {
    name: 'toEqual becomes not.toBe',
    edit: { [TS]: swap('.toEqual(123)', '.not.toBe(0)') },
    kind: 'test-weakened',
  },
  {
    name: 'expect.anything()',
    edit: { [TS]: swap('.toEqual(123)', '.toEqual(expect.anything())') },
    kind: 'test-weakened',
  },
  {
    name: 'expect(true).toBe(true)',
    edit: { [TS]: swap('expect(sum([12, 30])).toBe(42)', 'expect(true).toBe(true)') },
    kind: 'test-weakened',
  },
  {
    name: 'the same on both sides',
    edit: { [TS]: swap('expect(sum([12, 30])).toBe(42)', 'expect(sum([12, 30])).toBe(sum([12, 30]))') },
    kind: 'test-weakened',
  },
  {
    name: 'assert True',
    edit: { [PY]: swap('assert total([12, 30]) == 42', 'assert True') },
    kind: 'test-weakened',
  },
  { name: 'or True', edit: { [PY]: swap('== 42', '== 42 or True') }, kind: 'test-weakened' },
  { name: '== becomes is not None', edit: { [PY]: swap('== 42', 'is not None') }, kind: 'test-weakened' },
  { name: '== becomes >=', edit: { [PY]: swap('== 42', '>= 0') }, kind: 'test-weakened' },
  {
    name: 'an assertion of a tuple',
    edit: { [PY]: swap('assert total([12, 30]) == 42', 'assert (total([12, 30]) == 42, "total")') },
    kind: 'test-weakened',
  },
  {
    name: 'swallow the failure (Python)',
    edit: {
      [PY]: swap(
        '    assert total([12, 30]) == 42\n',
        '    try:\n        assert total([12, 30]) == 42\n    except AssertionError:\n        pass\n',
      ),
    },
    kind: 'test-weakened',
  },
  {
    name: 'swallow the failure (TypeScript)',
    edit: {
      [TS]: swap(
        '    expect(sum([12, 30])).toBe(42);\n',
        '    try {\n      expect(sum([12, 30])).toBe(42);\n    } catch {}\n',
      ),
    },
    kind: 'test-weakened',
  },
  {
    name: 'assertEqual becomes assertTrue',
    edit: {
      'tests/unit_case.py': swap('self.assertEqual(sum([40, 2]), 42)', 'self.assertTrue(sum([40, 2]))'),
    },
    kind: 'test-weakened',
  },
  {
    name: 'drop rows of a table (Python)',
    edit: { [PY]: swap('(2, 2), (3, 3)', '(2, 2)') },
    kind: 'test-weakened',
  },
  {
    name: 'drop rows of a table (TypeScript)',
    edit: { [TS]: swap('[2, 2], [3, 3]', '[2, 2]') },
    kind: 'test-weakened',
  },
  {
    name: 'an assertion under if (false)',
    edit: {
      [TS]: swap('    expect(sum([12, 30])).toBe(42);', '    if (false) expect(sum([12, 30])).toBe(42);'),
    },
    kind: 'test-weakened',
  },
  {
    name: 'change the expected value',
    edit: { [TS]: swap('.toBe(42)', '.toBe(30)') },
    kind: 'expectation-changed',
  },
  {
    name: 'change the expected value (Python)',
    edit: { [PY]: swap('== 42', '== 30') },
    kind: 'expectation-changed',
  },
  {
    name: 'change the expected value (Rust)',
    edit: { 'tests/sum.rs': swap('42', '30') },
    kind: 'expectation-changed',
  },
  {
    name: 'change the data that tests compare with',
    edit: { 'tests/data/expected.json': '{"total": 30}\n' },
    kind: 'expectation-changed',
  },
  {
    name: 'the expected value as a special case (TypeScript)',
    edit: { 'src/sum.ts': swap('  let total', '  if (numbers[0] === 12) return 42;\n  let total') },
    kind: 'expectation-copied',
  },
  {
    name: 'the expected value as a special case (Python)',
    edit: { 'src/total.py': swap('    return', '    if prices == [12, 30]:\n        return 42\n    return') },
    kind: 'expectation-copied',
  },
  {
    name: 'the expected value as a table',
    edit: {
      'src/total.py': swap(
        '    return',
        '    known = {"HALF": 2.5}\n    if code in known:\n        return known[code]\n    return',
      ),
    },
    kind: 'expectation-copied',
  },
  {
    name: 'the expected value in a switch',
    edit: {
      'src/sum.ts': swap(
        '  let total',
        '  switch (numbers[0]) {\n    case 100:\n      return 123;\n  }\n  let total',
      ),
    },
    kind: 'expectation-copied',
  },
  {
    name: 'the expected value in Go',
    edit: { 'src/calc.go': swap('\treturn 0', '\tif a[0] == 12 {\n\t\treturn 42\n\t}\n\treturn 0') },
    kind: 'expectation-copied',
  },
  {
    name: 'ask whether pytest runs',
    edit: { 'src/total.py': swap('def total', 'import sys\nTESTED = "pytest" in sys.modules\ndef total') },
    kind: 'test-sniffed',
  },
  {
    name: 'ask whether vitest runs',
    edit: { 'src/sum.ts': swap('  let total', '  if (process.env.VITEST) return 42;\n  let total') },
    kind: 'test-sniffed',
  },
  {
    name: 'end the process as a success',
    edit: { 'src/total.py': swap('    return', '    import os; os._exit(0)\n    return') },
    kind: 'test-sniffed',
  },
  {
    name: 'look at the caller',
    edit: {
      'src/total.py': swap('    return', '    import inspect\n    caller = inspect.stack()[1]\n    return'),
    },
    kind: 'test-sniffed',
  },
  {
    name: 'an object equal to everything',
    edit: {
      'src/total.py':
        'class Any:\n    def __eq__(self, other): return True\n\n\ndef total(prices, code=None):\n    return Any()\n',
    },
    kind: 'test-sniffed',
  },
  {
    name: 'let the test script pass always',
    edit: { 'package.json': swap('vitest run', 'vitest run || true') },
    kind: 'runner-changed',
  },
  {
    name: 'another test script',
    edit: { 'package.json': swap('vitest run', 'echo ok') },
    kind: 'runner-changed',
  },
  {
    name: 'exclude the test by configuration',
    edit: {
      'vitest.config.ts': swap(
        "    include: ['src/**/*.test.ts'],",
        "    include: ['src/**/*.test.ts'],\n    exclude: ['src/sum.test.ts'],",
      ),
    },
    kind: 'runner-changed',
  },
  {
    name: 'lower the coverage threshold',
    edit: { 'vitest.config.ts': swap('lines: 80', 'lines: 0') },
    kind: 'runner-changed',
  },
  {
    name: 'deselect by addopts',
    edit: { 'pyproject.toml': swap('"-q"', '"-q --deselect tests/test_total.py::test_total"') },
    kind: 'runner-changed',
  },
  {
    name: 'remove the coverage limit',
    edit: { 'pyproject.toml': swap('fail_under = 80\n', '') },
    kind: 'runner-changed',
  },
  {
    name: 'a conftest that drops failing tests',
    edit: { 'conftest.py': 'def pytest_collection_modifyitems(items):\n    items[:] = []\n' },
    kind: 'runner-changed',
  },
  {
    name: 'a conftest that rewrites reports',
    edit: { 'tests/conftest.py': 'def pytest_runtest_makereport(item, call):\n    call.excinfo = None\n' },
    kind: 'runner-changed',
  },
  { name: 'sitecustomize', edit: { 'sitecustomize.py': 'import builtins\n' }, kind: 'runner-changed' },
  {
    name: 'a Makefile that forgives',
    edit: { Makefile: swap('pytest -q', 'pytest -q || true') },
    kind: 'runner-changed',
  },
  {
    name: 'a workflow that forgives',
    edit: { '.github/workflows/ci.yml': swap('npm test', 'npm test\n        continue-on-error: true') },
    kind: 'runner-changed',
  },
  { name: 'edit the script a check runs', edit: { 'scripts/check.sh': 'exit 0\n' }, kind: 'check-edited' },
];

/** Ordinary work, of which nothing above a note may be said. */
export const HONEST: readonly { readonly name: string; readonly edit: Edit }[] = [
  {
    name: 'mend the source',
    edit: { 'src/sum.ts': swap('let i = 1', 'let i = 0'), 'src/total.py': swap('prices[1:]', 'prices') },
  },
  {
    name: 'add a test',
    edit: {
      [TS]: swap(
        "  it('adds all'",
        "  it('adds negatives', () => {\n    expect(sum([-1, 1])).toBe(0);\n  });\n  it('adds all'",
      ),
    },
  },
  { name: 'add an assertion', edit: { [PY]: swap('== 42\n', '== 42\n    assert total([1, 1]) == 2\n') } },
  {
    name: 'a new test file',
    edit: {
      'tests/test_more.py':
        'from src.total import total\n\n\ndef test_more():\n    assert total([7, 8]) == 15\n',
    },
  },
  { name: 'rename a test', edit: { [TS]: swap("it('adds all'", "it('adds every number'") } },
  {
    name: 'rename a variable in a test',
    edit: {
      [TS]: (text) =>
        text
          .replaceAll('(one, same)', '(n, expected)')
          .replace('sum([one])).toBe(same)', 'sum([n])).toBe(expected)'),
    },
  },
  {
    name: 'reformat a test',
    edit: {
      [PY]: swap('assert total([12, 30]) == 42', 'assert total(\n        [12, 30]\n    ) == 42').bind(null),
    },
  },
  {
    name: 'a stricter assertion',
    edit: {
      [PY]: swap(
        'assert total([5], "HALF") == 2.5',
        'assert total([5], "HALF") == 2.5\n    assert isinstance(total([5]), int)',
      ),
    },
  },
  {
    name: 'another expectation of a test that passed',
    edit: { [PY]: swap('assert total([]) == 0', 'assert total([]) == 0.0') },
  },
  { name: 'move tests to another test file', edit: { [PY]: null, 'tests/test_prices.py': PROJECT[PY]! } },
  { name: 'more rows in a table', edit: { [PY]: swap('(3, 3)', '(3, 3), (4, 4)') } },
  { name: 'a helper for tests', edit: { 'tests/helpers.py': 'def prices():\n    return [1, 2]\n' } },
  {
    name: 'fixtures in a new conftest',
    edit: { 'tests/conftest.py': 'import pytest\n\n\n@pytest.fixture\ndef prices():\n    return [12, 30]\n' },
  },
  {
    name: 'a dependency',
    edit: { 'package.json': swap('"name": "sum",', '"name": "sum",\n  "dependencies": { "zod": "4.0.0" },') },
  },
  { name: 'another script', edit: { 'package.json': swap('"build": "tsc"', '"build": "tsc -b"') } },
  {
    name: 'a comment in the configuration',
    edit: { 'vitest.config.ts': swap('export', '// where tests are\nexport') },
  },
  {
    name: 'an ordinary base case',
    edit: { 'src/sum.ts': swap('  let total', '  if (numbers.length === 0) return 0;\n  let total') },
  },
  {
    name: 'a table of constants nobody tests',
    edit: {
      'src/total.py':
        'RATES = {"EUR": 1, "USD": 1.1}\n\n\ndef total(prices, code=None):\n    return sum(prices) * RATES.get(code, 1)\n',
    },
  },
  {
    name: 'a try in a test that checks the error',
    edit: {
      [PY]: swap(
        'def test_empty',
        'def test_bad():\n    try:\n        total(None)\n    except TypeError as error:\n        assert "None" in str(error)\n\n\ndef test_empty',
      ),
    },
  },
  {
    name: 'write about tests in the documentation',
    edit: { 'docs/testing.md': 'Use `pytest.skip` and `it.only` sparingly; 12 gives 42.\n' },
  },
];
