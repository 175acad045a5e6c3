import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../check/command.ts';
import { checkDependencyPage } from '../check/dependency-page.ts';
import { checkLockfile } from '../check/lockfile.ts';
import { checkSizes, FAIL_LINES, WARN_LINES } from '../check/sizes.ts';
import { checkTraces, tracesOf } from '../check/traces.ts';

const checkout = path.resolve(import.meta.dirname, '../..');

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'heddle-check-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): string[] {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return Object.keys(files);
}

describe('file sizes', () => {
  it('warns, fails, and leaves tests and fixtures alone', () => {
    const files = write({
      'packages/a/src/short.ts': '\n'.repeat(WARN_LINES),
      'packages/a/src/long.ts': '\n'.repeat(WARN_LINES + 1),
      'scripts/endless.mjs': '\n'.repeat(FAIL_LINES + 1),
      'packages/a/test/long.test.ts': '\n'.repeat(FAIL_LINES + 1),
      'packages/a/src/fixtures/long.ts': '\n'.repeat(FAIL_LINES + 1),
      'README.md': '\n'.repeat(FAIL_LINES + 1),
    });
    expect(checkSizes(root, files)).toEqual({
      seen: '3 source files',
      warnings: ['packages/a/src/long.ts: 301 lines'],
      problems: ['scripts/endless.mjs: 501 lines (at most 500)'],
    });
  });
});

describe('traces of a machine', () => {
  const machine = {
    root: '/srv/build/heddle',
    home: '/home/jo',
    hostname: 'builder-17.lan',
    temporary: '/tmp',
    registry: 'https://npm.corp.example/x/',
  };

  it('are found with their line', () => {
    const files = write({
      'a.md': 'see\n/srv/build/heddle/x',
      'b.json': '"https://npm.corp.example/"',
      'c.txt': '/srv/build',
    });
    expect(checkTraces(root, files, tracesOf(machine)).problems).toEqual([
      'a.md:2: contains the path of this checkout',
      'b.json:1: contains the host of a private registry',
    ]);
  });

  it('are not names that anybody could write', () => {
    expect(
      tracesOf({
        root: '/tmp/x/heddle',
        home: '/root',
        hostname: 'debian',
        temporary: '/tmp',
        registry: 'https://registry.npmjs.org/',
      }),
    ).toEqual([]);
    expect(tracesOf({ root: '/src', home: '/', hostname: 'vm2', temporary: '/tmp', registry: '' })).toEqual(
      [],
    );
  });
});

describe('lock file', () => {
  const entry = (extra = {}) => ({ version: '1.0.0', integrity: 'sha512-x', ...extra });

  function lock(manifest: object, packages: object, lockfileVersion = 3): readonly string[] {
    write({
      'package.json': JSON.stringify(manifest),
      'package-lock.json': JSON.stringify({ lockfileVersion, packages }),
    });
    mkdirSync(path.join(root, 'packages'), { recursive: true });
    return checkLockfile(root).problems;
  }

  it('in step passes', () => {
    const manifest = { dependencies: { a: '1.0.0' } };
    expect(
      lock(manifest, { '': manifest, 'node_modules/a': entry(), 'node_modules/w': { link: true } }),
    ).toEqual([]);
  });

  it('names what is loose, missing, foreign or needs a script', () => {
    const manifest = { dependencies: { a: '^1.0.0' } };
    const problems = lock(
      manifest,
      {
        '': {},
        'node_modules/a': entry({ resolved: 'https://x/' }),
        'node_modules/a/node_modules/b': entry({ hasInstallScript: true, integrity: undefined }),
      },
      2,
    );
    expect(problems).toEqual([
      'package-lock.json: version 2, expected 3',
      'package.json: a has no exact version (^1.0.0)',
      'package.json: dependencies differ from package-lock.json; run npm install',
      'package-lock.json: a names a host; .npmrc has the setting that omits it',
      'package-lock.json: b has no integrity digest',
      'package-lock.json: b has an install script, which set-up never runs',
    ]);
  });
});

describe('page of dependencies', () => {
  it('has a row for each, with its users, and no others', () => {
    write({
      'package.json': JSON.stringify({ devDependencies: { tool: '1.0.0' } }),
      'packages/a/package.json': JSON.stringify({
        dependencies: { x: '1.0.0', y: '1.0.0', '@heddle/b': '0.1.0' },
      }),
      'packages/b/package.json': JSON.stringify({ dependencies: { x: '1.0.0' } }),
      'docs/dependencies.md': '| `x` | b, a | why |\n| `y` | b | why |\n| `z` | a | why |\n',
    });
    expect(checkDependencyPage(root).problems).toEqual([
      'docs/dependencies.md: has no row for tool',
      'docs/dependencies.md: y is used by a',
      'docs/dependencies.md: z is no dependency',
    ]);
  });
});

describe('import cycles', () => {
  /** A workspace with our own settings and two modules. */
  function plant(second: string): void {
    const manifest = {
      name: 'm',
      private: true,
      workspaces: ['packages/*'],
      type: 'module',
      devDependencies: { vitest: '5.1.1' },
    };
    write({
      'package.json': JSON.stringify(manifest),
      'packages/core/package.json': JSON.stringify({
        name: '@heddle/core',
        type: 'module',
        exports: { '.': './src/index.ts' },
      }),
      'packages/core/src/index.ts': "export { a } from './a.ts';\n",
      'packages/core/src/a.ts': "import { b } from './b.ts';\n\nexport const a = () => b;\n",
      'packages/core/src/b.ts': second,
    });
    for (const file of ['biome.json', 'knip.json'])
      copyFileSync(path.join(checkout, file), path.join(root, file));
    symlinkSync(path.join(checkout, 'node_modules'), path.join(root, 'node_modules'));
  }
  const tool = (name: string, ...args: string[]) =>
    run(path.join(checkout, 'node_modules/.bin', name), args, root);
  const CYCLE = "import { a } from './a.ts';\n\nexport const b = () => a;\n";
  const TYPE_CYCLE = "import type { a } from './a.ts';\n\nexport const b = 1 as unknown as typeof a;\n";

  it('are found by knip', async () => {
    plant(CYCLE);
    const { code, output } = await tool('knip', '--cycles', '--no-progress');
    expect(output).toContain('packages/core/src/b.ts');
    expect(code).toBe(1);
  });

  it('are found by biome', async () => {
    plant(CYCLE);
    const { code, output } = await tool('biome', 'lint', '--vcs-enabled=false', '--colors=off', 'packages');
    expect(output).toContain('noImportCycles');
    expect(code).toBe(1);
  });

  it('of modules that need each other only for types are none', async () => {
    plant(TYPE_CYCLE);
    const { output } = await tool('biome', 'lint', '--vcs-enabled=false', '--colors=off', 'packages');
    expect(output).not.toContain('noImportCycles');
  });
});
