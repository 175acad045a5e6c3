import { describe, expect, it } from 'vitest';
import { code, play } from './support.ts';

describe('code in JavaScript and TypeScript', () => {
  it('keeps const, let, class and function, which may be declared again; shows the last value', async () => {
    const { told } = await play([
      code(
        'javascript',
        'const a = 1; let b = 2; class C { d = a }\nfunction e() { return b }\nconsole.log("hi");\n[a, b]',
      ),
      code('javascript', 'const a = 10; new C()'),
      code('javascript', '{ sum: a + e() }'),
      code(
        'javascript',
        'const late = await new Promise((resolve) => setTimeout(resolve, 5, "later")); late',
      ),
      code('javascript', 'late.length;\nundefined'),
    ]);
    expect(told[0]).toMatch(/^hi\n\[ 1, 2 \]\n\[new interpreter: Node \d+\.\d+\.\d+\]$/);
    expect(told.slice(1, 5)).toEqual(['C { d: 10 }', '{ sum: 12 }', "'later'", '(it showed nothing)']);
  });

  it('imports, also in statements and across lines', async () => {
    const { told } = await play(
      [
        code(
          'javascript',
          'import fs, {\n  existsSync as there,\n} from "node:fs";\nimport * as lib from "./lib.mjs";\nimport "./lib.mjs";\nthrow new Error("here")',
        ),
        code('javascript', '[there("a.txt"), lib.one, fs === require("fs"), typeof import.meta.url]'),
        code(
          'javascript',
          'const { one, default: two } = await import("./lib.mjs"); export const three = one + two; three',
        ),
      ],
      { files: { 'a.txt': '', 'lib.mjs': 'export const one = 1; export default 2;' } },
    );
    expect(told[0]).toMatch(/^Error: here\n {4}at code-1:6:7\n\[new/);
    expect(told[1]).toBe("[ true, 1, true, 'string' ]");
    expect(told[2]).toBe('3');
  });

  it('takes TypeScript, what is erased and what is not', async () => {
    const { told } = await play([
      code('typescript', 'interface Point { x: number }\nconst p: Point = { x: 1 };\np satisfies Point'),
      code('typescript', 'enum Colour { red, green }\nColour.green as number'),
      code('typescript', 'const x: = 1'),
    ]);
    expect(told[0]).toMatch(/^\{ x: 1 \}\n/);
    expect(told[1]).toBe('1');
    expect(told[2]).toMatch(/^The TypeScript could not be read, so nothing was run:/);
  });

  it('tells of errors by the lines of the code', async () => {
    const { told } = await play([
      code('javascript', 'function f() {\n  throw new TypeError("no")\n}\nf()'),
      code('javascript', 'const y = ;'),
      code(
        'javascript',
        'setTimeout(() => { throw new Error("stray") }, 1); await new Promise((r) => setTimeout(r, 20)); 1',
      ),
      code('javascript', 'process.exit(3)'),
      code('javascript', '2'),
    ]);
    expect(told[0]).toMatch(/^TypeError: no\n {4}at f \(code-1:2:9\)\n {4}at code-1:4:1\n\[new/);
    expect(told[1]).toBe("SyntaxError: Unexpected token ';' (line 1)\n  const y = ;\n            ^");
    expect(told[2]).toMatch(/^Uncaught in a callback: Error: stray\n[\s\S]*\n1$/);
    expect(told[3]).toContain('process.exit(3) was called; the kernel goes on');
    expect(told[4]).toBe('2');
  });

  it.each([
    ['a loop', 'for (;;) {}'],
    ['a loop after waiting', 'await null; for (;;) {}'],
    ['an endless wait', 'await new Promise(() => {})'],
  ])('is interrupted at its time limit in %s and keeps what it had', async (_, endless) => {
    const { told } = await play([
      code('javascript', 'const kept = 5'),
      code('javascript', endless, { timeout_seconds: 0.3 }),
      code('javascript', 'globalThis.gc?.(); kept'),
    ]);
    expect(told[1]).toBe('[interrupted at its time limit of 0.3 s; variables are kept]');
    expect(told[2]).toBe('5');
  });

  it('shows output of programs in its place, and images that are displayed', async () => {
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAYAAAC56t6BAAAAEUlEQVR4nGNgYGD4D8IQCgAWAAH/';
    const { told, ends } = await play([
      code(
        'javascript',
        `console.log(1); require('child_process').execSync('echo 2; echo 3 >&2', { stdio: 'inherit' }); console.error(4); await display(Buffer.from('${png}', 'base64')); console.log(5)`,
      ),
    ]);
    expect(told[0]!.split('\n').slice(0, 6)).toEqual(['1', '2', '3', '4', '[image 1: image/png, 2x3]', '5']);
    expect(ends[0]!.images).toHaveLength(1);
  });

  it('that dies is replaced, and that is said', async () => {
    const { told } = await play([
      code('javascript', 'const x = 1; process.kill(process.pid, 9); await new Promise(() => {})'),
      code('javascript', 'typeof x'),
    ]);
    expect(told[0]).toContain('[the interpreter is lost: signal 9 ended it. Its variables are gone;');
    expect(told[1]).toMatch(/^'undefined'\n\[new interpreter/);
  });
});
