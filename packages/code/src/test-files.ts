/**
 * Conventions by which a file is a test or test support, on a path relative to the root with `/` between parts.
 * Folders count wherever they stand in the path; file patterns are matched against the last part.
 */
const TEST_FOLDERS: ReadonlySet<string> = new Set([
  '__tests__', // jest, vitest
  '__mocks__', // jest
  '__snapshots__', // jest, vitest
  'test', // node:test, mocha
  'tests', // pytest, unittest, cargo
  'spec', // jasmine, rspec
  'specs',
  'testdata', // go
  'e2e',
]);

const TEST_FILES: readonly RegExp[] = [
  /[.\-_](?:test|tests|spec)\.[cm]?[jt]sx?$/, // a.test.ts, a-test.js, a_test.mjs, a.spec.tsx
  /^test(?:[.\-_].*)?\.[cm]?[jt]sx?$/, // test.js, test-a.cjs (node:test)
  /^test_.*\.py$/, // pytest, unittest
  /_test\.py$/, // pytest
  /^tests?\.py$/, // django
  /^conftest\.py$/, // pytest
  /_test\.go$/, // go
  /_(?:spec|test)\.rb$/, // rspec, minitest
  /(?:Test|Tests|IT)\.(?:java|kt)$/, // junit
];

/** Whether a file belongs to the tests rather than to what they test. */
export function isTestFile(path: string): boolean {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  return parts.some((part) => TEST_FOLDERS.has(part)) || TEST_FILES.some((pattern) => pattern.test(name));
}
