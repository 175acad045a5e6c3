import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { build, buildIfStale, isFresh } from '../build.mjs';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'heddle-build-')));
  const manifest = { name: '@heddle/core', type: 'module', exports: { '.': './src/index.ts' } };
  write({
    'package.json': '{ "type": "module" }',
    'packages/core/package.json': JSON.stringify(manifest),
    'packages/core/src/index.ts':
      "export { here } from './deep/here.ts';\nexport { heavy } from './heavy.ts';",
    'packages/core/src/deep/here.ts':
      'export const here = (): string[] => [import.meta.url, import.meta.filename, import.meta.dirname];',
    'packages/core/src/heavy.ts': "console.log('heavy was loaded');\nexport const heavy: number = 1;",
    'packages/cli/src/late.ts': 'export const late: string = new URL(import.meta.url).pathname;',
    'packages/cli/src/main.ts':
      "import { here } from '@heddle/core';\nconst { late } = await import('./late.ts');\nconsole.log(JSON.stringify([...here(), late]));",
  });
  mkdirSync(path.join(root, 'node_modules/@heddle'), { recursive: true });
  symlinkSync(path.join(root, 'packages/core'), path.join(root, 'node_modules/@heddle/core'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
}

const dist = (name = '') => path.join(root, 'packages/cli/dist', name);
const runBundle = () => spawnSync(process.execPath, [dist('main.js')], { encoding: 'utf8' });

it('modules in the bundle know where their source is, and unused ones are left out', async () => {
  await build(root);
  const { stdout, stderr } = runBundle();
  expect(stderr).toBe('');
  const source = path.join(root, 'packages/core/src/deep/here.ts');
  const late = path.join(root, 'packages/cli/src/late.ts');
  expect(JSON.parse(stdout)).toEqual([pathToFileURL(source).href, source, path.dirname(source), late]);
});

it('what is imported late stays in a file of its own', async () => {
  await build(root);
  const late = readdirSync(dist()).filter((file) => /^late-.*\.js$/.test(file));
  expect(late).toHaveLength(1);
  expect(readFileSync(dist('main.js'), 'utf8')).toContain(`import("./${late[0]}")`);
});

it('what is late is not loaded early because both come through one index', async () => {
  write({
    'packages/cli/src/late.ts':
      "import { heavy } from '@heddle/core';\nexport const late = [heavy, 'at last'];",
    'packages/cli/src/main.ts':
      "import {\n  type here as Here,\n  here,\n} from '@heddle/core';\nconst early: Here = here;\nconsole.log(typeof early);\n" +
      "console.log((await import('./late.ts')).late);",
  });
  await build(root);
  expect(runBundle()).toMatchObject({ stderr: '', stdout: "function\nheavy was loaded\n[ 1, 'at last' ]\n" });
});

it('what a rollout starts with is in few files, and each module is there once', async () => {
  const counting = (name: string, module: string) =>
    `import { count } from '../count.ts';\nimport { ${module} } from '../${module}.ts';\nexport const ${name} = () => count(${module});`;
  write({
    'packages/cli/src/count.ts': 'let total = 0;\nexport const count = (more: number) => (total += more);',
    'packages/cli/src/one.ts': 'export const one = 1;',
    'packages/cli/src/two.ts': "console.log('two');\nexport const two = 2;",
    'packages/cli/src/run/solve-task.ts':
      "import { one } from '../one.ts';\nimport { two } from '../two.ts';\nimport { count } from '../count.ts';\nexport const solve = () => count(one + two);",
    'packages/cli/src/run/list-rollouts.ts': "export { count } from '../count.ts';",
    'packages/cli/src/run/late-one.ts': counting('lateOne', 'one'),
    'packages/cli/src/run/late-two.ts': counting('lateTwo', 'two'),
    'packages/cli/src/main.ts':
      "const { count } = await import('./count.ts');\nawait import('./run/list-rollouts.ts');\nconst { lateOne } = await import('./run/late-one.ts');\n" +
      "const { lateTwo } = await import('./run/late-two.ts');\nconst { solve } = await import('./run/solve-task.ts');\n" +
      "const { two } = await import('./two.ts');\nconsole.log(count(0), lateOne(), lateTwo(), solve(), two);",
  });
  await build(root);
  expect(runBundle()).toMatchObject({ stderr: '', stdout: 'two\n0 1 3 6 2\n' });
  const loaded = readdirSync(dist()).filter((file) => /^solve-task-.*\.js$/.test(file));
  for (const file of loaded)
    for (const [, other] of readFileSync(dist(file), 'utf8').matchAll(/"\.\/(.*\.js)"/g))
      if (!loaded.includes(other!)) loaded.push(other!);
  // Itself, what it shares with the quick commands, and the rest.
  expect(loaded).toHaveLength(3);
});

it('what a package does not export is told as such', async () => {
  write({ 'packages/cli/src/main.ts': "import { here, there } from '@heddle/core';\nhere(there);" });
  await expect(build(root)).rejects.toThrow(/main\.ts:1:15: ERROR: No matching export .* for import "there"/);
});

it("a provider's kit brings no locales of zod", async () => {
  const zod = path.join(import.meta.dirname, '../../node_modules/zod');
  symlinkSync(zod, path.join(root, 'node_modules/zod'));
  write({
    'node_modules/@ai-sdk/kit/package.json': '{ "type": "module", "exports": "./index.js" }',
    'node_modules/@ai-sdk/kit/index.js':
      'import { z } from "zod/v4";\nexport const text = z.string().parse("well");',
    'packages/cli/src/main.ts': "import { text } from '@ai-sdk/kit';\nconsole.log(text);",
  });
  await build(root);
  expect(runBundle().stdout).toBe('well\n');
  const dutch = readFileSync(path.join(zod, 'v4/locales/nl.js'), 'utf8');
  expect(dutch).toContain('Ongeldige');
  expect(readFileSync(dist('main.js'), 'utf8').includes('Ongeldige')).toBe(false);
});

it('is fresh until a source changes, appears or goes', async () => {
  expect(isFresh(root)).toBe(false);
  await build(root);
  expect(isFresh(root)).toBe(true);
  const future = new Date(Date.now() + 60_000);
  utimesSync(path.join(root, 'packages/core/src/heavy.ts'), future, future);
  expect(isFresh(root)).toBe(false);
  utimesSync(path.join(root, 'packages/core/src/heavy.ts'), 0, 0);
  expect(isFresh(root)).toBe(true);
  rmSync(path.join(root, 'packages/core/src/heavy.ts'));
  expect(isFresh(root)).toBe(false);
});

it('keeps the chunks of the build before, which a running program may still load, and drops older ones', async () => {
  const source = path.join(root, 'packages/cli/src/late.ts');
  const chunks = () => readdirSync(dist()).filter((file) => /^late-.*\.js$/.test(file)).length;
  const counts: number[] = [];
  for (const version of ['1', '2', '3']) {
    writeFileSync(source, `export const late = '${version}';`);
    await build(root);
    counts.push(chunks());
  }
  expect(counts).toEqual([1, 2, 2]);
});

it('a source that does not parse leaves no bundle and says which', async () => {
  await build(root);
  write({ 'packages/cli/src/late.ts': 'export const = 1;' });
  const future = new Date(Date.now() + 60_000);
  utimesSync(path.join(root, 'packages/cli/src/late.ts'), future, future);
  expect(await buildIfStale(root)).toMatch(/^no bundle \(.*packages\/cli\/src\/late\.ts:1:13: ERROR/);
  expect(isFresh(root)).toBe(false);
});

it('a version is the same from the bundle as from the sources, whose texts it does not read', async () => {
  const core = path.join(import.meta.dirname, '../../packages/core');
  rmSync(path.join(root, 'packages/core'), { recursive: true });
  rmSync(path.join(root, 'node_modules/@heddle/core'));
  write({
    'packages/cli/src/main.ts':
      "import { versionOf } from '@heddle/core';\nimport { late } from './late.ts';\nvoid late;\n" +
      "console.log(JSON.stringify(versionOf({ name: 'x', source: import.meta.url })));",
  });
  cpSync(path.join(core, 'src'), path.join(root, 'packages/core/src'), { recursive: true });
  copyFileSync(path.join(core, 'package.json'), path.join(root, 'packages/core/package.json'));
  symlinkSync(path.join(root, 'packages/core'), path.join(root, 'node_modules/@heddle/core'));
  symlinkSync(path.join(core, '../../node_modules/zod'), path.join(root, 'node_modules/zod'));
  await build(root);
  const fromSources = spawnSync(process.execPath, [path.join(root, 'packages/cli/src/main.ts')], {
    encoding: 'utf8',
  }).stdout;
  expect(Object.keys(JSON.parse(fromSources).files)).toContain('cli/src/late.ts');
  expect(runBundle()).toMatchObject({ stderr: '', stdout: fromSources });
  writeFileSync(path.join(root, 'packages/cli/src/late.ts'), 'never read');
  expect(runBundle().stdout).toBe(fromSources);
});
