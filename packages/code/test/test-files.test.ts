import { expect, test } from 'vitest';
import { isTestFile } from '../src/test-files.ts';

test.each([
  'test/a.js',
  'src/__tests__/b.ts',
  'a.test.ts',
  'src/a.spec.tsx',
  'a-test.mjs',
  'a_test.cjs',
  'test.js',
  'test-a.js',
  'tests/helpers/data.py',
  'pkg/test_a.py',
  'a_test.py',
  'conftest.py',
  'tests.py',
  'pkg/a_test.go',
  'pkg/testdata/x.json',
  'spec/a_spec.rb',
  'src/main/FooTest.java',
])('%s is', (path) => {
  expect(isTestFile(path)).toBe(true);
});

test.each([
  'src/a.js',
  'src/testing.ts',
  'latest.js',
  'contest.py',
  'attest/a.js',
  'src/test.config/a.js',
  'specs.md',
  'src/tester.py',
  'protest_a.py',
  'a.test.md',
])('%s is not', (path) => {
  expect(isTestFile(path)).toBe(false);
});
