import { describe, expect, test } from 'vitest';
import { readFrames } from '../src/frames/frames.ts';

const places = (text: string) =>
  readFrames(text, '/repo').map(({ path, line, column, name }) => [path, line, column, name].join(' '));

describe('V8', () => {
  test('named, anonymous, async, constructor and aliased frames, innermost first', () => {
    expect(
      places(`TypeError: no
    at parse (/repo/src/a.js:2:39)
    at /repo/src/b.js:7:44
    at new Thing (file:///repo/src/my%20c.mjs:1:2)
    at async Promise.all (index 0)
    at async load (/repo/src/d.ts:10:3)
    at Object.go [as run] (/repo/e.js:1:1)
    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)
    at Array.map (<anonymous>)`),
    ).toEqual([
      'src/a.js 2 39 parse',
      'src/b.js 7 44 ',
      'src/my c.mjs 1 2 new Thing',
      'src/d.ts 10 3 load',
      'e.js 1 1 Object.go',
    ]);
  });

  test('an evaluated frame is where it was evaluated', () => {
    expect(places('    at eval (eval at run (/repo/src/a.js:3:5), <anonymous>:1:7)')).toEqual([
      'src/a.js 3 5 ',
    ]);
  });

  test('source-mapped relative paths and vitest’s marks', () => {
    expect(places(' ❯ parse src/price.ts:2:39\n ❯ src/price.ts:7:44')).toEqual([
      'src/price.ts 2 39 parse',
      'src/price.ts 7 44 ',
    ]);
  });

  test('the place above an uncaught error or a syntax error', () => {
    expect(
      places("/repo/src/a.js:12\n  return b -;\n            ^\n\nSyntaxError: Unexpected token ';'"),
    ).toEqual(['src/a.js 12  ']);
  });
});

describe('Python', () => {
  test('a traceback is turned round; a chained one comes after what followed it', () => {
    expect(
      places(`Traceback (most recent call last):
  File "/repo/a.py", line 3, in first
    x()
  File "/repo/pkg/b.py", line 9, in second
    raise KeyError
KeyError

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/repo/c.py", line 1, in <module>
    y()
ValueError`),
    ).toEqual(['c.py 1  <module>', 'pkg/b.py 9  second', 'a.py 3  first']);
  });

  test('a stack dumped by faulthandler, and pytest’s forms', () => {
    expect(places('  File "/repo/a.py", line 3 in spin')).toEqual(['a.py 3  spin']);
    expect(places('test_a.py:17: \n_ _ _\na.py:8: in total\n    x\na.py:3: TypeError')).toEqual([
      'a.py 3  ',
      'a.py 8  total',
      'test_a.py 17  ',
    ]);
  });
});

test('a Go panic', () => {
  expect(
    places(`goroutine 7 [running]:
panic({0x5031a0, 0xc0000285d0})
\t/usr/lib/go-1.19/src/runtime/panic.go:884 +0x212
example.org/price.Parse(...)
\t/repo/price.go:8
example.org/price/inner.First({0xc00003e750?, 0x0?, 0x0?})
\t/repo/inner/inner.go:6 +0x99`),
  ).toEqual(['price.go 8  example.org/price.Parse', 'inner/inner.go 6  example.org/price/inner.First']);
});

test('a Rust panic, of either form, and a backtrace', () => {
  expect(
    places(`thread 'tests::a' (22) panicked at src/lib.rs:7:18:
not a number
stack backtrace:
   0: __rustc::rust_begin_unwind
             at /rustc/59807616/library/std/src/panicking.rs:689:5
   5: price::total::{{closure}}
             at ./src/lib.rs:11:29`),
  ).toEqual(['src/lib.rs 7 18 ', 'src/lib.rs 11 29 price::total::{{closure}}']);
  expect(places("thread 'main' panicked at 'no way', src/main.rs:2:5")).toEqual(['src/main.rs 2 5 ']);
});

test('compile errors', () => {
  expect(
    places(`   ╭─[ test/a.test.ts:1:55 ]
/repo/b.ts:2:0: ERROR: Unexpected end of file
SyntaxError: /repo/c.js: Unexpected token (2:0)
src/d.ts(3,5): error TS2322: no
src/e.ts:4:6 - error TS2322: no
  --> src/lib.rs:46:9
bad/bad.go:3:23: cannot use "x"`),
  ).toEqual([
    'test/a.test.ts 1 55 ',
    'b.ts 2 0 ',
    'c.js 2 0 ',
    'src/d.ts 3 5 ',
    'src/e.ts 4 6 ',
    'src/lib.rs 46 9 ',
    'bad/bad.go 3 23 ',
  ]);
});

test('frames outside the root and in dependency folders are left out', () => {
  expect(
    places(`    at a (/elsewhere/a.js:1:1)
    at b (/repository/b.js:1:1)
    at c (/repo/node_modules/x/c.js:1:1)
    at d (/repo/packages/p/node_modules/x/d.js:1:1)
    at e (../up.js:1:1)
    at f (https://example.org/repo/f.js:1:1)
  File "/repo/.venv/lib/site-packages/g.py", line 1, in g`),
  ).toEqual([]);
});
