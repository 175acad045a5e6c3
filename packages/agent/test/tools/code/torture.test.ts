import { describe, expect, it } from 'vitest';
import { code, type Language, play } from './support.ts';

const CASES: readonly [string, Language, string, RegExp][] = [
  [
    '50 MB of output',
    'python',
    'for _ in range(50): print("x" * 2**20)',
    /characters were not kept|characters .*left out/,
  ],
  [
    '50 MB of output',
    'javascript',
    'for (let i = 0; i < 50; i++) console.log("x".repeat(2 ** 20))',
    /characters .*left out/,
  ],
  [
    'binary output',
    'python',
    'import sys; sys.stdout.buffer.write(bytes(range(256)) * 10); sys.stdout.flush(); 7',
    /7\n/,
  ],
  [
    'binary output',
    'javascript',
    'process.stdout.write(Buffer.from(Array.from({ length: 256 }, (_, i) => i))); 7',
    /7\n/,
  ],
  ['a closed standard output', 'python', 'import os; os.close(1); os.close(2); 7', /7|lost/],
  [
    'a child that stays and holds the pipes',
    'python',
    'import subprocess; subprocess.Popen(["sleep", "100"]); 7',
    /^7\n/,
  ],
  [
    'a fork that goes on',
    'python',
    'import os, time\npid = os.fork()\nif pid == 0:\n    os._exit(0)\nos.waitpid(pid, 0)[1]',
    /^0\n/,
  ],
  [
    'a value whose text fails',
    'python',
    'class Bad:\n    def __repr__(self): raise ValueError("no text")\nBad()',
    /ValueError: no text/,
  ],
  [
    'a value whose text fails',
    'javascript',
    '({ [Symbol.for("nodejs.util.inspect.custom")]() { throw new Error("no text") } })',
    /Error: no text/,
  ],
  ['deep recursion', 'python', 'def f(): return f()\nf()', /RecursionError/],
  ['deep recursion', 'javascript', 'function f() { return f() + 1 }\nf()', /RangeError: Maximum call stack/],
  ['an exception that is no error', 'javascript', 'throw null', /null/],
  ['a proxy that throws', 'javascript', 'new Proxy({}, { get() { throw new Error("trap") } })', /\{\}|trap/],
  ['a cyclic value', 'javascript', 'const a = {}; a.a = a; a', /Circular/],
  ['nothing at all', 'python', '', /showed nothing|new interpreter/],
  ['nothing at all', 'typescript', '// only words', /showed nothing|new interpreter/],
  [
    'a sandboxed name of ours',
    'javascript',
    'const session = 1, tell = 2, post = 3; session + tell + post',
    /^6\n/,
  ],
  ['a redefined print', 'python', 'print = None\n8', /^8\n/],
  [
    'a module of the project that is named like one of ours',
    'python',
    'import queue; queue.MINE',
    /AttributeError|True/,
  ],
];

describe('code under torture', () => {
  it.each(CASES)('%s (%s)', async (_, language, text, expected) => {
    const { told, result } = await play([code(language, text), code(language, '40 + 2')], {
      files: { 'a.txt': 'a\n', 'queue.py': 'MINE = True\n', 'json.py': 'raise SystemExit(9)\n' },
    });
    expect(told[0]).toMatch(expected);
    expect(told[0]!.length).toBeLessThan(20_000);
    expect(told[1]).toMatch(/^42(?:\n|$)/);
    expect(result.patch).toBe('');
  });
});
