import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { datasetConformance } from './conformance.ts';

const SAMPLES = join(import.meta.dirname, '../fixtures/datasets');
const sample = (name: string) => join(SAMPLES, name);
const replaceIn = (file: string, from: string, to: string) =>
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
const has = (...command: [string, ...string[]]) => {
  try {
    execFileSync(command[0], command.slice(1), { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

datasetConformance('functions by docstring', {
  format: 'humaneval',
  sample: sample('functions.jsonl'),
  change: (copy) => replaceIn(copy, 'abc', 'abd'),
});

datasetConformance('functions with more inputs', {
  format: 'humaneval',
  sample: sample('functions-plus.jsonl'),
  change: (copy) => replaceIn(copy, '[[7]]', '[[8]]'),
});

datasetConformance('functions by tests', {
  format: 'mbpp',
  sample: sample('asked.jsonl'),
  change: (copy) => replaceIn(copy, 'rhythm', 'crypt'),
});

datasetConformance('functions by tests, sanitized', {
  format: 'mbpp',
  sample: sample('asked-sanitized.json'),
  change: (copy) => replaceIn(copy, '(3, 4), 5', '(6, 8), 10'),
});

datasetConformance('one-line faults', {
  format: 'quixbugs',
  sample: sample('faults'),
  change: (copy) => appendFileSync(join(copy, 'json_testcases/total.json'), '[[[1]], 1]\n'),
});

datasetConformance('one-line faults with some tests shown', {
  format: 'quixbugs',
  sample: sample('faults'),
  options: { settings: { visible: 'half' } },
  change: (copy) => appendFileSync(join(copy, 'json_testcases/total.json'), '[[[1]], 1]\n'),
});

/** As much of jest as the sample's tests use; jest itself is no dependency of ours. */
const JEST = `const failed = [];
globalThis.describe = (name, body) => body();
globalThis.test = (name, body) => { try { body(); } catch (error) { failed.push(name + ': ' + error.message); } };
globalThis.expect = (got) => ({ toBe: (wanted) => { if (got !== wanted) throw new Error(got + ' is not ' + wanted); } });
for (const file of process.argv.slice(2)) if (!file.startsWith('--')) require(require('node:path').resolve(file));
console.log(failed.join('\\n'));
process.exitCode = failed.length > 0 ? 1 : 0;
`;
const modules = join(mkdtempSync(join(tmpdir(), 'heddle-jest-')), 'node_modules');
mkdirSync(join(modules, 'jest/bin'), { recursive: true });
writeFileSync(join(modules, 'jest/bin/jest.js'), JEST);
afterAll(() => rmSync(join(modules, '..'), { recursive: true, force: true }));

datasetConformance('exercises in six languages', {
  format: 'aider-polyglot',
  sample: sample('polyglot'),
  options: { settings: { 'node-modules': modules, classpath: sample('polyglot') } },
  change: (copy) => replaceIn(join(copy, 'python/exercises/practice/greet/greet_test.py'), 'Ada', 'Eve'),
  support: ['package.json', 'go.mod', 'CMakeLists.txt'],
  ungraded: {
    'java/echo': 'JUnit is no dependency of ours',
    ...(!has('go', 'version') && { 'go/two-sum': 'no Go here' }),
    ...(!has('cargo', '--version') && { 'rust/triple': 'no Cargo here' }),
    ...(!has('cmake', '--version') && { 'cpp/is-even': 'no CMake here' }),
  },
});

datasetConformance('a track of exercises', {
  format: 'exercism',
  sample: sample('track'),
  options: { settings: { exercises: 'all' } },
  change: (copy) => replaceIn(join(copy, 'exercises/practice/greet/.docs/instructions.md'), 'hello', 'hi'),
});

datasetConformance('task folders with a grader of their own', {
  format: 'harbor',
  sample: sample('harbor'),
  change: (copy) => appendFileSync(join(copy, 'tidy/tests/test.sh'), '# stricter\n'),
});

datasetConformance('our own form', {
  format: 'heddle',
  sample: sample('own'),
  path: 'tasks.jsonl',
  change: (copy) => writeFileSync(join(copy, 'files/answer.txt'), '43\n'),
});
