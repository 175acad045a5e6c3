import { expect, test } from 'vitest';
import { detect, detectChecks } from '../src/detect/detect.ts';
import { frameworkOf } from '../src/detect/framework-of.ts';
import { folder } from './helpers/folder.ts';

const packageJson = (test: string, more: object = {}) => JSON.stringify({ scripts: { test }, ...more });

/** The one check's command and framework. */
async function check(files: Record<string, string>): Promise<[string, string] | null> {
  const [first, ...others] = await detectChecks(folder(files));
  expect(others).toEqual([]);
  return first ? [first.command, first.framework] : null;
}

test('a check is complete', async () => {
  expect(await detect(folder({ 'package.json': packageJson('node --test') }))).toEqual({
    checks: [{ name: 'test', command: 'npm test', framework: 'node:test', timeoutSeconds: 300 }],
    notes: [],
  });
});

test.each([
  [{}, 'npm test'],
  [{ 'package-lock.json': '{}' }, 'npm test'],
  [{ 'pnpm-lock.yaml': '' }, 'pnpm test'],
  [{ 'yarn.lock': '' }, 'yarn test'],
  [{ 'bun.lock': '' }, 'bun run test'],
])('the lock file decides the package manager: %j', async (lock, command) => {
  expect(await check({ 'package.json': packageJson('node --test'), ...lock })).toEqual([
    command,
    'node:test',
  ]);
});

test('so does the packageManager field', async () => {
  const manifest = packageJson('node --test', { packageManager: 'pnpm@10.0.0' });
  expect(await check({ 'package.json': manifest, 'package-lock.json': '{}' })).toEqual([
    'pnpm test',
    'node:test',
  ]);
});

test.each([
  ['vitest', 'npm test', 'vitest'],
  ['vitest run --coverage', 'npm test', 'vitest'],
  ['vitest --watch', 'npm test -- --run', 'vitest'],
  ['jest', 'npm test', 'jest'],
  ['cross-env NODE_ENV=test jest --watchAll', 'npm test -- --watchAll=false', 'jest'],
  ['jest --watchAll=false', 'npm test', 'jest'],
  ['react-scripts test', 'CI=1 npm test', 'jest'],
  ['c8 mocha --recursive', 'npm test', 'mocha'],
  ['node --import tsx --test test/*.ts', 'npm test', 'node:test'],
  ['tsc && node --test', 'npm test', 'node:test'],
  ['ava', 'npm test', 'plain'],
])('script %j', async (script, command, framework) => {
  expect(await check({ 'package.json': packageJson(script) })).toEqual([command, framework]);
});

test('a script that calls another is followed; a circle ends', async () => {
  const scripts = { test: 'npm run lint && npm run test:unit', 'test:unit': 'mocha', lint: 'npm run lint' };
  expect(await check({ 'package.json': JSON.stringify({ scripts }) })).toEqual(['npm test', 'mocha']);
});

test('a hidden framework is found among the dependencies, if it is the only one', async () => {
  const one = { devDependencies: { jest: '30' }, scripts: { test: 'nx test' } };
  const two = { devDependencies: { jest: '30', mocha: '12' }, scripts: { test: 'nx test' } };
  const files = (manifest: object) => ({ 'package.json': JSON.stringify(manifest), 'node_modules/x/a': '' });
  expect(await check(files(one))).toEqual(['npm test', 'jest']);
  expect(await check(files(two))).toEqual(['npm test', 'plain']);
});

test('missing dependencies are said', async () => {
  const manifest = packageJson('vitest', { devDependencies: { vitest: '5' } });
  expect((await detect(folder({ 'package.json': manifest, 'yarn.lock': '' }))).notes).toEqual([
    'node_modules is missing: run `yarn install` first',
  ]);
});

test.each([
  ['no scripts', '{}'],
  ['npm’s placeholder', packageJson('echo "Error: no test specified" && exit 1')],
  ['broken JSON', '{"scripts":'],
  ['not an object', '[1]'],
  ['a script that is no text', '{"scripts":{"test":1}}'],
])('no test script: %s', async (_, manifest) => {
  expect(await check({ 'package.json': manifest })).toBeNull();
});

test('test files for node’s runner without a script', async () => {
  const files = { 'package.json': '{}', 'lib/a.test.mjs': `import test from 'node:test';` };
  expect(await check(files)).toEqual(['node --test', 'node:test']);
  expect(await check({ 'lib/a.test.mjs': `import { test } from 'other';` })).toBeNull();
});

const unittestFile = 'import unittest\n\nclass A(unittest.TestCase):\n    def test_a(self): pass\n';

test.each([
  ['pytest.ini', { 'pytest.ini': '', 'test_a.py': unittestFile }],
  ['pyproject.toml', { 'pyproject.toml': '[tool.pytest.ini_options]\n', 'tests/test_a.py': unittestFile }],
  ['setup.cfg', { 'setup.cfg': '[tool:pytest]\n', 'a_test.py': '' }],
  ['conftest.py', { 'tests/conftest.py': '', 'tests/test_a.py': unittestFile }],
  ['a test that imports it', { 'tests/test_a.py': 'import pytest\n' }],
  ['test functions', { 'tests/test_a.py': 'def test_a():\n    assert 1\n' }],
])('pytest by %s', async (_, files) => {
  expect(await check(files as unknown as Record<string, string>)).toEqual(['python3 -m pytest', 'pytest']);
});

test('pytest needs tests', async () => {
  expect(await check({ 'pytest.ini': '' })).toBeNull();
});

test('a virtual environment’s own Python is used', async () => {
  expect(await check({ '.venv/bin/python': '', 'test_a.py': 'import pytest' })).toEqual([
    '.venv/bin/python -m pytest',
    'pytest',
  ]);
});

test.each([
  [{ 'test_a.py': unittestFile }, 'python3 -m unittest'],
  [{ 'tests/__init__.py': '', 'tests/test_a.py': unittestFile }, 'python3 -m unittest'],
  [{ 'tests/test_a.py': unittestFile }, 'python3 -m unittest discover -s tests'],
  [{ 'my tests/test_a.py': unittestFile }, `python3 -m unittest discover -s 'my tests'`],
  [{ 'tests/a_test.py': unittestFile }, `python3 -m unittest discover -s tests -p '*_test.py'`],
  [
    { 'src/pkg/__init__.py': '', 'tests/test_a.py': unittestFile },
    'PYTHONPATH=src python3 -m unittest discover -s tests',
  ],
])('unittest: %j', async (files, command) => {
  expect(await check(files as unknown as Record<string, string>)).toEqual([command, 'unittest']);
});

test('Go, Rust, Make', async () => {
  expect(await check({ 'go.mod': 'module x\n', 'a/a_test.go': '' })).toEqual(['go test ./...', 'go']);
  expect(await check({ 'go.mod': 'module x\n', 'a.go': '' })).toBeNull();
  expect(await check({ 'Cargo.toml': '' })).toEqual(['cargo test --no-fail-fast', 'cargo']);
  expect(await check({ Makefile: 'all:\n\ttrue\n\ntest: all\n\t./run-tests\n' })).toEqual([
    'make test',
    'plain',
  ]);
  expect(await check({ Makefile: 'test:\n\tpython3 -m pytest\n' })).toEqual(['make test', 'pytest']);
  expect(await check({ Makefile: 'tests: x\ntest := y\n' })).toBeNull();
});

test('several languages have a check each; make stands back', async () => {
  const files = {
    'package.json': packageJson('node --test'),
    'test_a.py': 'import pytest',
    'go.mod': 'module x\n',
    'a_test.go': '',
    Makefile: 'test:\n\tnpm test\n',
  };
  expect((await detectChecks(folder(files))).map(({ name, framework }) => `${name} ${framework}`)).toEqual([
    'test node:test',
    'test-python pytest',
    'test-go go',
  ]);
});

test('dependencies, hidden folders and examples are not the project’s tests', async () => {
  const file = 'import pytest';
  expect(
    await check({
      'node_modules/x/test_a.py': file,
      '.hidden/test_a.py': file,
      'examples/x/test_a.py': file,
      'a/b/c/d/test_deep.py': file,
    }),
  ).toBeNull();
});

test('a folder that is not there has no checks', async () => {
  expect(await detectChecks('/nowhere/at/all')).toEqual([]);
});

test('frameworkOf a command given by hand', async () => {
  const dir = folder({
    'package.json': JSON.stringify({ scripts: { test: 'vitest', 'test:unit': 'mocha', build: 'tsc' } }),
    'web/package.json': packageJson('jest'),
    'test/a.mjs': `import test from "node:test";`,
    't.py': 'import unittest\nunittest.main()\n',
    'plain.py': 'assert 1\n',
  });
  const commands = {
    'npm test': 'vitest',
    'npm t -- --bail': 'vitest',
    'pnpm run test:unit': 'mocha',
    'yarn test:unit': 'mocha',
    'npm run build': 'plain',
    'cd web && npm test': 'jest',
    'npx jest a b': 'jest',
    './node_modules/.bin/vitest run': 'vitest',
    'node --test --test-name-pattern=a': 'node:test',
    'node test/a.mjs': 'node:test',
    'python3 t.py -v': 'unittest',
    'python3 plain.py': 'plain',
    'python3.12 -m unittest -v': 'unittest',
    'PYTHONPATH=. pytest -x': 'pytest',
    'python -m pytest': 'pytest',
    'go test -run X ./...': 'go',
    'cargo +nightly test': 'cargo',
    'make check': 'plain',
    './run.sh': 'plain',
  };
  const found = await Promise.all(Object.keys(commands).map((command) => frameworkOf(command, dir)));
  expect(Object.fromEntries(Object.keys(commands).map((command, i) => [command, found[i]]))).toEqual(
    commands,
  );
});
