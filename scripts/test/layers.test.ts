import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listImports } from '../check/imports.ts';
import { checkLayers, LAYERS } from '../check/layers.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'heddle-layers-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Writes a package with its declared dependencies and files under src. */
function write(
  folder: string,
  dependencies: readonly string[],
  files: Readonly<Record<string, string>>,
): void {
  const base = path.join(root, 'packages', folder);
  const manifest = {
    name: `@heddle/${folder}`,
    dependencies: Object.fromEntries(dependencies.map((name) => [name, '1.0.0'])),
  };
  mkdirSync(path.join(base, 'src'), { recursive: true });
  writeFileSync(path.join(base, 'package.json'), JSON.stringify(manifest));
  for (const [name, source] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(base, 'src', name)), { recursive: true });
    writeFileSync(path.join(base, 'src', name), source);
  }
}

const problems = () => checkLayers(root, 0).problems;

describe('layers', () => {
  it('an arrow in the right direction passes', () => {
    write('core', ['zod'], {
      'index.ts': "export { a } from './a.ts';",
      'a.ts': "import { z } from 'zod/mini';\nimport 'node:fs';\nexport const a = z;",
    });
    write('agent', ['@heddle/core'], { 'b.ts': "import { a } from '@heddle/core';\nexport const b = a;" });
    expect(checkLayers(root, 3)).toEqual({ seen: '3 modules, 4 imports, 2 packages', problems: [] });
  });

  it('core may use nobody, not even for a type', () => {
    write('agent', [], { 'index.ts': 'export type A = 1;' });
    write('core', ['@heddle/agent'], {
      'x/a.ts': "\nimport type { A } from '@heddle/agent';\nexport type B = A;",
    });
    expect(problems()).toEqual([
      "packages/core/src/x/a.ts:2: '@heddle/agent' points the wrong way: core may not use agent",
    ]);
  });

  it.each([
    ['models', 'code'],
    ['code', 'workspace'],
    ['workspace', 'models'],
    ['repair', 'workspace'],
    ['repair', 'agent'],
  ])('%s does not know %s', (from, to) => {
    write(to, [], { 'index.ts': 'export const a = 1;' });
    write(from, [`@heddle/${to}`], { 'a.ts': `export const load = () => import('@heddle/${to}');` });
    expect(problems()).toEqual([
      `packages/${from}/src/a.ts:1: '@heddle/${to}' points the wrong way: ${from} may not use ${to}`,
    ]);
  });

  it('other packages are used by their public name only', () => {
    write('core', [], { 'a.ts': 'export const a = 1;' });
    write('agent', ['@heddle/core'], {
      'a.ts': "export { a } from '@heddle/core/src/a.ts';",
      'b.ts': "export { a } from '../../core/src/a.ts';",
    });
    expect(problems()).toEqual([
      "packages/agent/src/a.ts:1: '@heddle/core/src/a.ts' reaches inside @heddle/core",
      "packages/agent/src/b.ts:1: '../../core/src/a.ts' leaves the package; use the other package's public name",
    ]);
  });

  it('a package is not imported whole', () => {
    write('core', [], { 'index.ts': 'export const a = 1;\nexport type A = 1;' });
    write('agent', ['@heddle/core', 'zod'], {
      'a.ts': "export type B = import('@heddle/core').A;\nexport const z = () => import('zod');",
      'b.ts': "export const late = () => import('./a.ts');\nexport const a = () => import('@heddle/core');",
    });
    expect(problems()).toEqual([
      "packages/agent/src/b.ts:2: '@heddle/core' takes the whole package; import late a file of your own that names what it needs",
    ]);
  });

  it("a package's own index and own name are for others", () => {
    write('core', ['@heddle/core'], {
      'index.ts': 'export const a = 1;',
      'x/a.ts': "import { a } from '../index.ts';\nexport const b = a;",
      'y.ts': "export { a } from '@heddle/core';",
    });
    expect(problems()).toEqual([
      "packages/core/src/x/a.ts:1: '../index.ts' is the package's own index; import the file itself",
      "packages/core/src/y.ts:1: '@heddle/core' is the package's own name; import the file itself",
    ]);
  });

  it('what is used is declared, and built-in modules say so', () => {
    write('core', [], { 'a.ts': "import 'fs';\nimport '@scope/thing/part';\nexport {};" });
    expect(problems()).toEqual([
      "packages/core/src/a.ts:1: 'fs' is written node:fs",
      "packages/core/src/a.ts:2: '@scope/thing/part' is not among the dependencies of packages/core",
    ]);
  });

  it('an unknown package and a check that saw nothing are problems', () => {
    write('extra', [], {});
    expect(checkLayers(root, 1).problems).toEqual([
      'packages/extra: not in LAYERS (scripts/check/layers.ts)',
      'only 0 modules were seen, expected at least 1',
    ]);
  });

  it('the table of layers itself only points downwards', () => {
    const order = Object.keys(LAYERS);
    for (const [name, below] of Object.entries(LAYERS)) {
      for (const other of below) expect(order.indexOf(other)).toBeLessThan(order.indexOf(name));
    }
  });
});

describe('imports', () => {
  it('finds every form', () => {
    const source = [
      "import a, { type B } from 'one';",
      "import type { C } from 'two';",
      "export { d } from 'three';",
      "export * from 'four';",
      "export type { E } from 'five';",
      "const f = await import('six');",
      "type G = import('seven').G;",
      "import 'eight';",
      "// import 'no';",
      'const text = "import \'no\'"; const dynamic = import(text);',
    ].join('\n');
    expect(listImports('x.ts', source)).toEqual(
      ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'].map((specifier, index) => ({
        specifier,
        line: index + 1,
        ...(specifier === 'six' ? { whole: true } : {}),
      })),
    );
  });

  it('a source that does not parse is an error', () => {
    expect(() => listImports('x.ts', 'import {')).toThrow(/^x\.ts: /);
  });
});
