import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { numbersFrom } from '@heddle/core';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { literal, makeValue } from '../../src/probes/inputs.ts';
import { type Kind, readKind, type Value } from '../../src/probes/kind.ts';
import { type ProbeOptions, probeFor, readProbe, steadyResults } from '../../src/probes/probe.ts';

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-probe-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

type Asked = Partial<ProbeOptions> & Pick<ProbeOptions, 'path' | 'text' | 'name'>;
const ask = (options: Asked) => probeFor({ seed: 1, ...options });

/** Runs the probe where the file has this text (default: the one it was made for); null: it failed. */
async function run(options: Asked, text = options.text, others: Record<string, string> = {}) {
  const probe = await ask(options);
  expect(probe).not.toBeNull();
  const folder = folderWith({ [options.path]: text, ...others });
  const [program = '', ...args] = probe!.command.split(' ');
  try {
    const output = execFileSync(program, args, {
      cwd: folder,
      input: probe!.program,
      encoding: 'utf8',
      stdio: 'pipe',
      timeout: probe!.timeoutSeconds * 1_000,
    });
    const results = readProbe(output);
    expect(results).toHaveLength(probe!.inputs);
    return results!;
  } catch (error) {
    if (error instanceof Error && 'status' in error) return null;
    throw error;
  }
}

const CLAMP: Record<string, { text: string; same: string; other: string }> = {
  'a.py': {
    text: 'def clamp(x: int, low: int, high: int) -> int:\n    return max(low, min(x, high))\n',
    same: 'def clamp(x, low, high, strict=False):\n    y = x if x < high else high\n    return y if y > low else low\n',
    other: 'def clamp(x, low, high):\n    return min(high, max(x, low))\n',
  },
  'a.mjs': {
    text: '/**\n * @param {number} x\n * @param {number} low\n * @param {number} high\n */\nexport function clamp(x, low, high) {\n  return Math.max(low, Math.min(x, high));\n}\n',
    same: 'export const clamp = (x, low, high) => { const y = x < high ? x : high; return y > low ? y : low; };\n',
    other: 'export function clamp(x, low, high) {\n  return Math.min(high, Math.max(x, low));\n}\n',
  },
  'a.cjs': {
    text: 'function clamp(x, low, high) { return x < low ? low : x > high ? high : x; }\nmodule.exports = { clamp };\n',
    same: 'exports.clamp = (x, low, high) => (x < low ? low : x > high ? high : x);\n',
    other: 'exports.clamp = (x, low, high) => (x <= low ? low : x >= high ? x : x);\n',
  },
  'a.ts': {
    text: 'export function clamp(x: number, low: number, high: number): number {\n  return Math.max(low, Math.min(x, high));\n}\n',
    same: 'export const clamp = (x: number, low: number, high: number) => Math.max(low, Math.min(high, x));\n',
    other:
      'export const clamp = (x: number, low: number, high: number) => Math.min(high, Math.max(x, low));\n',
  },
};

describe.each(Object.keys(CLAMP))('%s', (path) => {
  const { text, same, other } = CLAMP[path]!;
  const options = { path, text, name: ['clamp'] };

  test('what does the same gives the same, twice; what does not, does not', async () => {
    const results = (await run(options))!;
    expect(await run(options)).toEqual(results);
    expect(await run(options, same)).toEqual(results);
    expect(await run(options, other)).not.toEqual(results);
    expect(results.length).toBeGreaterThan(30);
  });

  test('a candidate that does not load, or has lost the function, gives nothing', async () => {
    expect(await run(options, 'this is (no code')).toBeNull();
    expect(await run(options, path.endsWith('.py') ? 'x = 1\n' : '')).toBeNull();
  });
});

test('a Python module is imported by the name its packages give it', async () => {
  const path = 'src/shop/price.py';
  const text =
    'from .rates import RATE\nclass Price:\n    @staticmethod\n    def total(n: int = 2): return n * RATE\n';
  const others = { 'src/shop/__init__.py': '', 'src/shop/rates.py': 'RATE = 3\n' };
  const results = await run({ path, text, name: ['Price', 'total'] }, text, others);
  expect(results).toContain('6');
});

test('exceptions, endless loops, output, changed arguments and generators show', async () => {
  const text = `import time
def f(n: int, items: list[int]):
    if n == 0: raise KeyError(n)
    if n == 1:
        while True: pass
    if n == 2: print('said')
    if n == 3: items.append(1)
    if n == 4: return (x for x in items)
    if n == 5: return {'b': {1, 2}, 'a': (1.5, None)}
    if n == 7: return object()
`;
  const results = (await run({ path: 'a.py', text, name: ['f'], inputs: 90 }))!;
  expect(results).toContain('raises KeyError');
  expect(results).toContain('out of time');
  expect(results).toContain("None printing 'said\\n'");
  expect(results).toContain("dict{'a': tuple[1.5, None], 'b': set{1, 2}}");
  expect(results).toContain('object(dict{})');
  expect(results.some((result) => /changing its arguments to/.test(result))).toBe(true);
  expect(results.some((result) => result.startsWith('iterator['))).toBe(true);
});

test('in JavaScript too, with promises', async () => {
  const text = `export class A { static async f(n, list) {
    if (n === 0) throw new RangeError('x');
    if (n === 1) return new Promise(() => {});
    if (n === 2) console.log('said');
    if (n === 3) list.push(1);
    if (n === 4) return list.values();
    return { b: new Set([1]), a: [undefined, -0, 1n] };
  } }
  export function loop(n) { while (n > 0) {} return 'ended'; }\n`;
  const callers = [
    { path: 'a.test.js', text: 'A.f(0, [1]); A.f(1, []); A.f(2, []); A.f(3, [2]); A.f(4, [7]); A.f(5, [])' },
  ];
  const results = (await run({ path: 'a.mjs', text, name: ['A', 'f'], callers, inputs: 20 }))!;
  expect(results.slice(0, 6)).toEqual([
    'throws RangeError',
    'out of time',
    '{"a": [undefined, -0, 1n], "b": Set{1}} printing "said\\n"',
    '{"a": [undefined, -0, 1n], "b": Set{1}} changing its arguments to [3, [2, 1]]',
    'iterator[7]',
    '{"a": [undefined, -0, 1n], "b": Set{1}}',
  ]);
  const looping = (await run({
    path: 'a.mjs',
    text,
    name: ['loop'],
    inputs: 6,
    callers: [{ path: 'a.js', text: 'loop(1); loop(-1)' }],
  }))!;
  expect(looping.slice(0, 2)).toEqual(['out of time', '"ended"']);
});

test('parameters that say nothing get what fits together, and what their names say', async () => {
  const text = 'def add(a, b): return a + b\ndef count(words): return [len(word) for word in words]\n';
  for (const name of ['add', 'count']) {
    const results = (await run({ path: 'a.py', text, name: [name] }))!;
    const fitting = results.filter((result) => !result.startsWith('raises'));
    expect(fitting.length).toBeGreaterThan(results.length / 2);
  }
});

test('calls whose result is chance are found out', async () => {
  const text = 'import random\ndef f(n: int):\n    return random.random() if n > 3 else n\n';
  const options = { path: 'a.py', text, name: ['f'] };
  const steady = steadyResults((await run(options))!, (await run(options))!);
  expect(steady).toContain(null);
  expect(steady).toContain('0');
});

test('what cannot be called with written-down values has no probe', async () => {
  const none = async (path: string, text: string, name = ['f']) =>
    expect(await ask({ path, text, name })).toBeNull();
  await none('a.py', 'def g(a): pass\n');
  await none('a.py', 'class A:\n    def f(self, a): pass\n', ['A', 'f']);
  await none('a.py', 'def f(a: Order): pass\n');
  await none('a.py', 'def f(a, *, b): pass\n');
  await none('a.py', 'def g():\n    def f(a): pass\n', ['g', 'f']);
  await none('a.ts', 'export function f(a: Map<string, A>) {}');
  await none('a.ts', 'export function f(a: () => void) {}');
  await none('a.js', 'export function f({ a }) {}');
  await none('a.js', 'class A { f(a) {} }', ['A', 'f']);
  await none('a.go', 'package a\nfunc f(a int) {}\n');
});

test('parameters that need not be given may be anything', async () => {
  for (const [path, text] of [
    ['a.py', 'def f(a: int, b: "Order" = None, *args, c=1, **kwargs): return a\n'],
    ['a.ts', 'export function f(a: number, b?: Order, ...c: string[]) { return a; }'],
  ] as const) {
    const results = await run({ path, text, name: ['f'] });
    expect(results).toContain('1000');
  }
});

test.each<[string, Kind | null]>([
  ['Optional[List[int]]', readKind('list[int] | None')],
  ['Array<string>', readKind('string[]')],
  ['Dict[str, int]', { kind: 'dict', of: { kind: 'int' } }],
  ['{ a: number; b?: () => void }', { kind: 'record', fields: [['a', readKind('number')!]] }],
  [
    "'x' | 'y'",
    {
      kind: 'choice',
      of: [
        { kind: 'value', value: 'x' },
        { kind: 'value', value: 'y' },
      ],
    },
  ],
  ['Tuple[int, str]', { kind: 'tuple', items: [{ kind: 'int' }, { kind: 'string' }] }],
  ['tuple[int, ...]', { kind: 'list', of: { kind: 'int' } }],
  ['Callable[[int], str]', null],
  ['Order', null],
])('the type %s', (text, kind) => {
  expect(readKind(text)).toEqual(kind);
  if (text !== 'Order' && !text.startsWith('Callable')) expect(kind).not.toBeNull();
});

test('the same seed makes the same values, and both languages read them back', () => {
  const made = (seed: number): Value[] => {
    const random = numbersFrom(seed);
    return Array.from({ length: 20 }, () => makeValue({ kind: 'any' }, random));
  };
  const python: string[] = [];
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      expect(made(seed)).toEqual(made(seed));
      for (const value of made(seed)) {
        const text = literal(value, 'javascript');
        // biome-ignore lint/security/noGlobalEval: the text is our own
        expect(JSON.stringify(eval(`(${text})`))).toBe(JSON.stringify(plain(value)));
        python.push(literal(value, 'python'));
      }
    }),
    { numRuns: 20 },
  );
  const program = `import ast, sys\nfor line in sys.stdin.read().split('\\0'): ast.literal_eval(line)\nprint('read')`;
  expect(execFileSync('python3', ['-c', program], { input: python.join('\0'), encoding: 'utf8' })).toBe(
    'read\n',
  );
});

function plain(value: Value): unknown {
  if (value === null || typeof value !== 'object') return value;
  if ('float' in value) return value.float;
  if ('tuple' in value) return value.tuple.map(plain);
  if ('dict' in value) return Object.fromEntries(value.dict.map(([name, one]) => [name, plain(one)]));
  return value.map(plain);
}
