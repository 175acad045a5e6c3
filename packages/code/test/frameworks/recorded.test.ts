import { describe, expect, test } from 'vitest';
import { readTestOutput } from '../../src/frameworks/frameworks.ts';
import { recorded } from '../helpers/folder.ts';

/** What a report says, short enough to read: counts, then each failing test with its frames. */
function read(framework: string, name: string): unknown {
  const report = readTestOutput(framework, recorded(framework, name), 1, '/repo');
  if (!report) return null;
  return {
    counts: Object.values(report.counts).join(' '),
    failing: report.failing.map(({ name, frames }) =>
      [name, ...frames.map((frame) => `${frame.path}:${frame.line}`)].join(' | '),
    ),
  };
}

function messages(framework: string, name: string): Record<string, string> {
  const report = readTestOutput(framework, recorded(framework, name), 1, '/repo')!;
  return Object.fromEntries(report.failing.map(({ name, message }) => [name, message]));
}

describe('jest', () => {
  const price = [
    'test/price.test.js > total > adds up | test/price.test.js:9',
    'test/price.test.js > total > with > odd (names) [1] > refuses (12 ms) | src/price.js:2 | src/price.js:6 | src/price.js:6 | test/price.test.js:13',
    'test/price.test.js > total > with > odd (names) [1] > 1 is 2 | test/price.test.js:16',
    'test/price.test.js > total > compares objects | test/price.test.js:20',
    'test/price.test.js > total > rejects | test/price.test.js:23',
    'test/price.test.js > total > times out | test/price.test.js:27 | test/price.test.js:7',
  ];
  const files = [
    'test/broken.test.js | test/broken.test.js:1',
    'test/syntax.test.js | test/syntax.test.js:2',
  ];

  test.each(['default', 'verbose'])('%s', (name) => {
    const report = read('jest', name) as { counts: string; failing: string[] };
    expect(report.counts).toBe('3 6 2');
    expect(report.failing.toSorted()).toEqual([...price, ...files].toSorted());
  });

  test('a passing run', () => {
    expect(read('jest', 'passing')).toEqual({ counts: '1 0 0', failing: [] });
  });

  test('a message is the failure without its neighbours', () => {
    expect(messages('jest', 'default')['test/price.test.js > total > adds up']).toMatchInlineSnapshot(`
      "expect(received).toBe(expected) // Object.is equality

      Expected: 4
      Received: 3

         7 | describe('total', () => {
         8 |   test('adds up', () => {
      >  9 |     expect(total(['1', '2'])).toBe(4);
           |                               ^
        10 |   });
        11 |   describe('with > odd (names) [1]', () => {
        12 |     test('refuses (12 ms)', () => {

        at Object.toBe (test/price.test.js:9:31)"
    `);
  });
});

describe('mocha', () => {
  const failing = [
    'total > adds up | test/price.js:8',
    'total > compares objects | test/price.js:17',
    'total > rejects | test/price.js:20',
    'total > times out',
    'total > with > odd (names) [1] > refuses (12ms) | src/price.js:2 | src/price.js:6 | src/price.js:6 | test/price.js:12',
    'hooked > "before all" hook for "never" | test/price.js:28',
  ];

  test.each(['spec', 'dot'])('%s', (name) => {
    expect(read('mocha', name)).toEqual({ counts: '2 6 2', failing });
  });

  test('a passing run', () => {
    expect(read('mocha', 'passing')).toEqual({ counts: '1 0 0', failing: [] });
  });

  test('a message is the failure without its neighbours', () => {
    expect(
      messages('mocha', 'spec')['total > with > odd (names) [1] > refuses (12ms)'],
    ).toMatchInlineSnapshot(`
      "TypeError: not a text: null
       at parse (src/price.js:2:39)
       at /repo/src/price.js:6:44
       at Array.reduce (<anonymous>)
       at total (src/price.js:6:16)
       at Context.<anonymous> (test/price.js:12:7)
       at process.processImmediate (node:internal/timers:574:21)"
    `);
  });
});

describe('pytest', () => {
  const failing = [
    'test_price.py::TestTotal::test_adds_up | test_price.py:14',
    'test_price.py::TestTotal::test_refuses | price.py:3 | price.py:8 | test_price.py:17',
    'test_price.py::TestTotal::test_pairs[1-2] | test_price.py:21',
    'test_price.py::TestTotal::test_pairs[x y::z-[1] - q] | test_price.py:21',
    'test_price.py::Old::test_old | test_price.py:26',
    'test_price.py::test_prints | test_price.py:50',
    'test_price.py::test_hooked | test_price.py:31',
  ];

  test.each(['default', 'quiet', 'verbose', 'short'])('%s', (name) => {
    expect(read('pytest', name)).toEqual({ counts: '2 7 2', failing });
  });

  test('a file that cannot be imported', () => {
    expect(read('pytest', 'broken')).toEqual({
      counts: '0 1 0',
      failing: ['test_broken.py | test_broken.py:1'],
    });
  });

  const rows = ['subtests', 'subtests-verbose'];
  test.each(rows)(
    'a test counts once, whatever fails of it, its subtests, itself, its tear-down: %s',
    (name) => {
      expect(read('pytest', name)).toEqual({
        counts: '2 4 0',
        failing: [
          'test_rows.py::TestRows::test_both | test_rows.py:15',
          'test_rows.py::TestRows::test_rows | test_rows.py:11',
          'test_rows.py::TestTornDown::test_two | test_rows.py:29',
          'test_rows.py::test_fixture | test_rows.py:44',
        ],
      });
      expect(messages('pytest', name)['test_rows.py::TestRows::test_rows']).toMatch(
        /^failing subtests: \[row\] \(i=1\), \[row\] \(i=3\)\n/,
      );
      expect(read('pytest', 'subtests-passing')).toEqual({ counts: '6 0 0', failing: [] });
    },
  );

  test('a message is the failure without its neighbours', () => {
    expect(messages('pytest', 'short')['test_price.py::TestTotal::test_adds_up']).toMatchInlineSnapshot(`
      "test_price.py:14: in test_adds_up
          assert total(["1", "2"]) == 4
      E   AssertionError: assert 3 == 4
      E    +  where 3 = total(['1', '2'])"
    `);
  });
});

describe('go', () => {
  const failing = [
    'example.org/price.TestAddsUp/two_lines',
    'example.org/price/inner.TestRefuses | price.go:8 | inner/inner.go:6 | inner/inner_test.go:12',
  ];

  test('plain', () => {
    expect(read('go', 'plain')).toEqual({ counts: '0 2 0', failing });
  });

  test.each(['verbose', 'json'])('%s', (name) => {
    expect(read('go', name)).toEqual({ counts: '4 2 1', failing });
  });

  test('where passing tests are not printed, failing ones are not counted one by one either', () => {
    expect(read('go', 'several')).toEqual({
      counts: '0 1 0',
      failing: ['example.org/rows.TestA', 'example.org/rows.TestB/x', 'example.org/rows.TestB/y'],
    });
    expect(read('go', 'several-passing')).toEqual({ counts: '1 0 0', failing: [] });
  });

  test('a package that does not build', () => {
    expect(read('go', 'broken')).toEqual({
      counts: '0 1 0',
      failing: ['example.org/price/bad | bad/bad.go:3'],
    });
  });

  test.each(['plain', 'verbose', 'json'])('a test keeps its own lines: %s', (name) => {
    expect(messages('go', name)['example.org/price.TestAddsUp/two_lines']).toBe(
      'price_test.go:14: got 3,\n    want 4',
    );
  });
});

describe('cargo', () => {
  test('unit, integration and documentation tests', () => {
    expect(read('cargo', 'default')).toMatchInlineSnapshot(`
      {
        "counts": "1 6 1",
        "failing": [
          "src/lib.rs > tests::adds_up | src/lib.rs:25",
          "src/lib.rs > tests::panics",
          "src/lib.rs > tests::refuses | src/lib.rs:7",
          "src/lib.rs > tests::returns",
          "tests/outer.rs > adds_up | tests/outer.rs:3",
          "doc-tests price > src/lib.rs - parse (line 3) | src/lib.rs:5",
        ],
      }
    `);
  });

  test('quiet', () => {
    expect(read('cargo', 'quiet')).toMatchInlineSnapshot(`
      {
        "counts": "1 6 1",
        "failing": [
          "tests::adds_up | src/lib.rs:25",
          "tests::panics",
          "tests::refuses | src/lib.rs:7",
          "tests::returns",
          "adds_up | tests/outer.rs:3",
          "src/lib.rs - parse (line 3) | src/lib.rs:5",
        ],
      }
    `);
  });

  test('a backtrace', () => {
    expect(read('cargo', 'backtrace')).toMatchInlineSnapshot(`
      {
        "counts": "0 1 0",
        "failing": [
          "src/lib.rs > tests::refuses | src/lib.rs:7 | src/lib.rs:11 | src/lib.rs:11 | src/lib.rs:30 | src/lib.rs:29",
        ],
      }
    `);
  });

  test('a crate that does not compile', () => {
    expect(read('cargo', 'broken')).toEqual({ counts: '0 1 0', failing: ['build | src/lib.rs:46'] });
  });
});

describe('node:test of Node 20', () => {
  test('TAP', () => {
    const report = readTestOutput('node:test', recorded('node-test', 'tap-node20'), 1, '/repo')!;
    expect(report.counts).toEqual({ passed: 1, failed: 12, skipped: 2 });
    expect(
      report.failing.map(({ name, frames }) => [name, frames.map((f) => `${f.path}:${f.line}`).join(' ')]),
    ).toMatchInlineSnapshot(`
      [
        [
          "test/broken.test.js",
          "test/broken.test.js:1",
        ],
        [
          "test/other.test.js > parses",
          "test/other.test.js:1",
        ],
        [
          "test/plain.test.js",
          "test/plain.test.js:1",
        ],
        [
          "test/price.test.js > total > adds up",
          "test/price.test.js:10",
        ],
        [
          "test/price.test.js > total > with > odd (names) [1] > refuses (12ms)",
          "src/price.js:2 src/price.js:6 src/price.js:6 test/price.test.js:14",
        ],
        [
          "test/price.test.js > total > compares objects",
          "test/price.test.js:18",
        ],
        [
          "test/price.test.js > total > rejects",
          "test/price.test.js:21",
        ],
        [
          "test/price.test.js > total > times out",
          "",
        ],
        [
          "test/price.test.js > parent > child",
          "test/price.test.js:29 test/price.test.js:29",
        ],
        [
          "test/price.test.js > parent > child (2)",
          "test/price.test.js:30 test/price.test.js:30",
        ],
        [
          "test/price.test.js > hooked > never",
          "",
        ],
        [
          "test/price.test.js > hooked",
          "test/price.test.js:34",
        ],
      ]
    `);
  });
});

describe('vitest 3', () => {
  test('default reporter', () => {
    expect(read('vitest', 'default-3')).toMatchInlineSnapshot(`
      {
        "counts": "3 6 3",
        "failing": [
          "test/broken.test.ts | test/broken.test.ts:1",
          "test/price.test.ts > hooked | test/price.test.ts:31",
          "test/syntax.test.ts | test/syntax.test.ts:2",
          "test/price.test.ts > total > adds up | test/price.test.ts:9",
          "test/price.test.ts > total > with > odd (names) [1] > refuses (12 ms) | src/price.ts:2 | src/price.ts:7 | src/price.ts:7 | test/price.test.ts:13",
          "test/price.test.ts > total > with > odd (names) [1] > 1 is 2 | test/price.test.ts:16",
          "test/price.test.ts > total > compares objects | test/price.test.ts:20",
          "test/price.test.ts > total > rejects | test/price.test.ts:23",
          "test/price.test.ts > total > times out | test/price.test.ts:27",
        ],
      }
    `);
  });
});

describe('output that is not the framework’s', () => {
  const frameworks = [
    'node:test',
    'vitest',
    'jest',
    'mocha',
    'pytest',
    'unittest',
    'go',
    'cargo',
    'plain',
    'other',
  ];

  test.each(frameworks)('%s reads nothing', (framework) => {
    for (const text of ['', 'sh: 1: runner: not found\n', 'Killed\n', '\u0000\u001b[31m', '{"a":1}\n']) {
      expect(readTestOutput(framework, text, 127, '/repo')).toBeNull();
    }
  });
});
