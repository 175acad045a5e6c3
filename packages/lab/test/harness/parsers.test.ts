import { expect, test } from 'vitest';
import { parserNamed } from '../../src/harness/parsers/registry.ts';

const read = (
  parser: string,
  log: string,
  context: { instance?: string; version?: string; exitCode?: number } = {},
) =>
  Object.fromEntries(
    parserNamed(parser)(log, { instance: 'a__b-1', version: '', exitCode: null, ...context }),
  );

const CASES: readonly (readonly [parser: string, log: string, found: Readonly<Record<string, string>>])[] = [
  [
    'pytest',
    'PASSED t.py::a\nFAILED t.py::b - assert 1\nXFAIL t.py::c\nSKIPPED [3] t.py:4: slow\nERROR t.py::d',
    { 't.py::a': 'PASSED', 't.py::b': 'FAILED', 't.py::c': 'XFAIL', 't.py::d': 'ERROR' },
  ],
  [
    'pytest_options',
    'PASSED t.py::a[/tmp/x/file.py]\nPASSED t.py::b[//host/x]\nFAILED t.py::c[1-2]',
    { 't.py::a[/file.py]': 'PASSED', 't.py::b[//host/x]': 'PASSED', 't.py::c[1-2]': 'FAILED' },
  ],
  [
    'parse_log_pytest_v2',
    '\x1b[32mPASSED\x1b[0m t.py::a b\nFAILED t.py::c - x - y\nt.py::old PASSED',
    { 't.py::a b': 'PASSED', 't.py::c': 'FAILED', 't.py::old': 'PASSED' },
  ],
  ['matplotlib', 'PASSED t.py::a[MouseButton.LEFT]', { 't.py::a[1]': 'PASSED' }],
  ['seaborn', 't.py::a PASSED [ 3%]\nFAILED t.py::b - x', { 't.py::a': 'PASSED', 't.py::b': 'FAILED' }],
  [
    'django',
    [
      'test_a (m.C) ... ok',
      'A documented test. ... FAIL',
      "test_s (m.C) ... skipped 'why'",
      'test_e (m.C) ... ERROR',
      'test_loud (m.C) ... something printed',
      'ok',
      'FAIL: test_f (m.C)',
    ].join('\n'),
    {
      'test_a (m.C)': 'PASSED',
      'A documented test.': 'FAILED',
      'test_s (m.C)': 'SKIPPED',
      'test_e (m.C)': 'ERROR',
      'test_loud (m.C)': 'PASSED',
      test_f: 'FAILED',
    },
  ],
  [
    'sympy',
    '___ sympy/core/tests/test_x.py:test_bad ___\ntest_good ok\ntest_f F\ntest_e E',
    {
      'sympy/core/tests/test_x.py:test_bad': 'FAILED',
      test_good: 'PASSED',
      test_f: 'FAILED',
      test_e: 'ERROR',
    },
  ],
  [
    'jest',
    '  ✓ adds (3 ms)\n  ✕ fails\n  ○ skipped one',
    { adds: 'PASSED', fails: 'FAILED', 'skipped one': 'SKIPPED' },
  ],
  ['jest_json', '[PASSED] a b\n[FAILED] c', { 'a b': 'PASSED', c: 'FAILED' }],
  ['vitest', ' ✓ a > b 12ms\n × c\n ↓ d [skipped]', { 'a > b': 'PASSED', c: 'FAILED', d: 'SKIPPED' }],
  ['tap', 'ok 1 adds\nnot ok 2 fails', { adds: 'PASSED', fails: 'FAILED' }],
  [
    'karma',
    'Starting browser Chrome\n  suite\n ✔ adds\n ✖ fails\nSUMMARY:\n ✔ not this',
    { 'suite > adds': 'PASSED', 'suite > fails': 'FAILED' },
  ],
  [
    'gotest',
    '--- PASS: TestA (0.0s)\n    --- FAIL: TestA/sub (0.0s)\n--- SKIP: TestS (0.0s)',
    { TestA: 'PASSED', 'TestA/sub': 'FAILED', TestS: 'SKIPPED' },
  ],
  ['cargo', 'test a::b ... ok\ntest c ... FAILED\ntest d ... ignored', { 'a::b': 'PASSED', c: 'FAILED' }],
  [
    'maven',
    '+ mvn test -Dtest=A#a\n+ mvn test -Dtest=B#b\n[INFO] BUILD SUCCESS\n[INFO] BUILD FAILURE',
    { 'A#a': 'PASSED', 'B#b': 'FAILED' },
  ],
  ['gradle_custom', 'C > a PASSED\nC > b\nnoise\nFAILED', { 'C > a': 'PASSED', 'C > b': 'FAILED' }],
  ['ant', '[junit] [PASS] a\n[junit] [ERR] b', { a: 'PASSED', b: 'FAILED' }],
  [
    'phpunit',
    'Money (Tests\\Money)\n ✔ Adds\n ✘ Fails\n ↩ Waits',
    { 'Money > Adds': 'PASSED', 'Money > Fails': 'FAILED', 'Money > Waits': 'SKIPPED' },
  ],
  ['minitest', 'T#test_a = 0.01 s = .'.replace('T#test_a', 'T#test_a. x'), { 'T#test_a': 'PASSED' }],
  ['ruby_unit', 'test: adds:  .\nfails: F\nwaits: O', { adds: 'PASSED', fails: 'FAILED', waits: 'SKIPPED' }],
  ['rspec_transformed_json', 'adds - passed\nfails - failed', { adds: 'PASSED', fails: 'FAILED' }],
  [
    'redis',
    '[ok]: set (3 ms)\n[err]: get in tests/unit/a.tcl\n[skip]: x',
    { set: 'PASSED', get: 'FAILED', x: 'SKIPPED' },
  ],
  ['googletest', '[       OK ] A.b (0 ms)\n[  FAILED  ] A.c (1 ms)', { 'A.b': 'PASSED', 'A.c': 'FAILED' }],
  ['jq', 'PASS: tests/a\nFAIL: tests/b', { 'tests/a': 'PASSED', 'tests/b': 'FAILED' }],
  [
    'micropython_test',
    'pass  a.py\nFAIL  b.py\nskip  c.py',
    { 'a.py': 'PASSED', 'b.py': 'FAILED', 'c.py': 'SKIPPED' },
  ],
  [
    'doctest',
    '<doctest binary="t"><TestCase name="a &amp; b"><SubCase name="s"><Expression success="true"/></SubCase><SubCase name="f"><Expression success="false"></Expression></SubCase></TestCase></doctest>',
    { 'a & b > s': 'PASSED', 'a & b > f': 'FAILED' },
  ],
  ['carbon', 'PASS a/b.js (1.2 s)\nFAIL c.js', { 'a/b.js': 'PASSED', 'c.js': 'FAILED' }],
  ['marked', '1) a breaks\n2) b', { 'a breaks': 'FAILED', b: 'FAILED' }],
  ['eslint', '  1) rule\n       valid:\n     AssertionError: x', { 'rule valid:': 'FAILED' }],
  [
    'highlightjs',
    '  suite\n✓ a (3ms)\n1) b\n\n  1 passing\n✓ not this',
    { 'suite.a': 'PASSED', 'suite.b': 'FAILED' },
  ],
  [
    'quarto_cli',
    '[smoke] > a /tmp/x1.qmd ... \x1b[32mok\x1b[39m\n[unit] b',
    { '[smoke] > a /tmp/0': 'PASSED', '[unit] b': 'FAILED' },
  ],
];

test.each(CASES)('%s', (parser, log, found) => {
  expect(read(parser, log)).toEqual(found);
});

test('a parser is chosen by the instance where a repository changed its runner', () => {
  expect(read('immutable_js', '✓ a (1 ms)', { instance: 'x__y-2006' })).toEqual({ a: 'PASSED' });
  expect(read('immutable_js', '[PASSED] a', { instance: 'x__y-2005' })).toEqual({ a: 'PASSED' });
  expect(read('lighthouse', 'PASS a.js', { version: '4.1' })).toEqual({ 'a.js': 'PASSED' });
});

test('by the exit code, and by what Heddle’s own checks read', () => {
  expect(read('exit-code', '', { exitCode: 0 })).toEqual({ tests: 'PASSED' });
  const log = '=== RUN   TestA\n--- PASS: TestA (0.00s)\nPASS\nok  \tx\t0.1s\n';
  expect(read('framework:go', log, { exitCode: 0 })).toEqual({ tests: 'PASSED' });
});

test('an unknown parser is named with the nearest one', () => {
  expect(() => parserNamed('djnago')).toThrow(
    expect.objectContaining({ code: 'no-such-parser', hint: 'did you mean django?' }),
  );
});
