import { afterEach, describe, expect, test } from 'vitest';
import { complexity } from '../../src/scorers/complexity/complexity.ts';
import { trialScorer } from '../../src/scorers/define.ts';
import { diff } from '../../src/scorers/diff.ts';
import { duplication } from '../../src/scorers/duplication.ts';
import { problems } from '../../src/scorers/problems.ts';
import { SCORERS } from '../../src/scorers/registry.ts';
import { testQuality } from '../../src/scorers/test-quality.ts';
import { tests } from '../../src/scorers/tests.ts';
import type { TrialScorer } from '../../src/trial-scorer.ts';
import { type Files, instanceOf, Kept, type KeptTrial, patchOf } from './kept.ts';

const kept: Kept[] = [];
afterEach(() => {
  for (const each of kept.splice(0)) each.close();
});

function keep(...trials: KeptTrial[]): Kept {
  const made = new Kept(trials);
  kept.push(made);
  return made;
}

/** Scores one patch on these files. */
async function scored(
  scorer: TrialScorer,
  files: Files,
  changes: Readonly<Record<string, string | null>>,
  rest: Partial<KeptTrial> = {},
) {
  const one = keep({ instance: instanceOf(files), patch: patchOf(files, changes), ...rest });
  const end = await one.score([scorer]);
  expect(end.failures).toEqual([]);
  return one;
}

const SUM = `export function sum(numbers) {
  let total = 0;
  for (let i = 1; i < numbers.length; i++) {
    total += numbers[i];
  }
  return total;
}
`;
const FIXED = SUM.replace('i = 1', 'i = 0');

describe('tests', () => {
  test('say resolved, and the shares of both groups', async () => {
    const group = (success: string[], failure: string[]) => ({ success, failure });
    const one = await scored(
      tests,
      { 'a.js': SUM },
      { 'a.js': FIXED },
      {
        verdict: {
          resolved: false,
          tests: {
            FAIL_TO_PASS: group(['a'], ['b', 'c', 'd']),
            PASS_TO_PASS: group(['e', 'f'], []),
            FAIL_TO_FAIL: group([], []),
            PASS_TO_FAIL: group([], []),
          },
        },
      },
    );
    expect(one.scores).toEqual({ tests: 0, 'tests.fail-to-pass': 0.25, 'tests.pass-to-pass': 1 });
    expect(one.whys['tests.fail-to-pass']).toBe('1 of 4 pass; failing: b, c, d');
  });

  test('without names are unscored, and so is a spoilt attempt', async () => {
    const one = await scored(tests, { 'a.js': SUM }, { 'a.js': FIXED });
    expect(one.scores).toEqual({
      tests: 1,
      'tests.fail-to-pass': 'no test was run by name',
      'tests.pass-to-pass': 'no test was run by name',
    });
    const infra = { class: 'provider', code: 'overloaded', message: 'the provider was overloaded' };
    const spoilt = await scored(
      tests,
      {},
      {},
      { patch: '', verdict: null, result: { resolved: null, infra } },
    );
    expect(spoilt.scores).toEqual({ tests: 'the attempt was spoilt: the provider was overloaded' });
  });
});

describe('an empty patch', () => {
  test.each(SCORERS.filter(({ name }) => name !== 'tests').map((scorer) => [scorer.name, scorer] as const))(
    'is unscored by %s',
    async (name, scorer) => {
      const one = await scored(scorer, { 'a.js': SUM }, {}, { patch: '' });
      expect(one.scores).toEqual({ [name]: 'the patch is empty' });
    },
  );
});

test('a patch that does not apply is unscored by what needs its files', async () => {
  const patch = patchOf({ 'a.js': 'something else\n' }, { 'a.js': 'another\n' });
  const one = keep({ instance: instanceOf({ 'a.js': SUM }), patch });
  await one.score([diff, complexity]);
  expect(one.scores).toMatchObject({
    diff: 2,
    'diff.symbols': 'the patch does not apply',
    complexity: 'the patch does not apply',
  });
});

describe('diff', () => {
  const FILES = {
    'src/a.js': `${SUM}\n${SUM.replace('sum', 'total')}`,
    'lib/b.py': 'class A:\n    def f(self):\n        return 1\n',
    'test/a.test.js': 'test(1)\n',
  };

  test('counts lines, files, hunks, folders and symbols, tests apart', async () => {
    const one = await scored(diff, FILES, {
      'src/a.js': FILES['src/a.js'].replaceAll('i = 1', 'i = 0'),
      'lib/b.py': FILES['lib/b.py'].replace('return 1', 'x = 2\n        return x'),
      'lib/new.txt': 'one\n',
      'test/a.test.js': 'test(1)\ntest(2)\ntest(3)\n',
    });
    expect(one.scores).toEqual({
      diff: 8,
      'diff.added': 5,
      'diff.removed': 3,
      'diff.files': 3,
      'diff.hunks': 4,
      'diff.folders': 2,
      'diff.symbols': 3,
      'diff.tests': 2,
    });
    expect(one.whys['diff.symbols']).toBe('lib/b.py:A.f, src/a.js:sum, src/a.js:total');
  });

  test('what is no patch cannot be read', async () => {
    expect((await scored(diff, {}, {}, { patch: 'hello' })).scores).toEqual({
      diff: 'the patch cannot be read',
    });
  });
});

describe('complexity', () => {
  test('is what changed functions have more of', async () => {
    const files = { 'a.js': SUM, 'test/t.js': '' };
    const guarded = FIXED.replace(
      '  let',
      '  if (!Array.isArray(numbers) || numbers.length === 0) return 0;\n  let',
    );
    const one = await scored(complexity, files, { 'a.js': guarded, 'test/t.js': 'if (a) { if (b) c(); }\n' });
    expect(one.scores).toEqual({ complexity: 2, 'complexity.cyclomatic': 2 });
    expect(one.whys.complexity).toBe('a.js:sum 1 -> 3');
  });

  test('may shrink, and counts new functions whole', async () => {
    const one = await scored(
      complexity,
      { 'a.py': 'def f(a):\n    if a:\n        if a:\n            return 1\n' },
      {
        'a.py': 'def f(a):\n    return 1 if a else g()\n\ndef g():\n    return 2\n',
      },
    );
    expect(one.scores).toEqual({ complexity: -2, 'complexity.cyclomatic': 0 });
  });

  test('is unscored where no source is measured', async () => {
    const one = await scored(complexity, { 'a.md': 'x\n' }, { 'a.md': 'y\n' });
    expect(one.scores).toEqual({ complexity: 'it changes no source file of a language that is measured' });
  });
});

const LONG = `export function average(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const trimmed = sorted.slice(1, sorted.length - 1);
  const total = trimmed.reduce((sum, value) => sum + value, 0);
  return { mean: total / trimmed.length, median: sorted[middle] };
}
`;

describe('duplication', () => {
  test('sees code copied from elsewhere, whatever its blanks and comments', async () => {
    const copy = LONG.replaceAll('\n  ', '\n      // as there\n      ');
    const one = await scored(duplication, { 'a.js': LONG, 'b.js': SUM }, { 'b.js': `${SUM}\n${copy}` });
    expect(one.scores.duplication).toBe(1);
    expect(one.whys.duplication).toMatch(/^\d+ of \d+ added tokens, also in a\.js$/);
  });

  test('sees the second of two copies within the patch', async () => {
    const one = await scored(duplication, { 'a.js': SUM }, { 'a.js': SUM + LONG, 'b.js': LONG });
    expect(one.scores.duplication).toBe(0.5);
  });

  test('moved and new code are no copies', async () => {
    const one = await scored(duplication, { 'a.js': LONG + SUM }, { 'a.js': SUM, 'b.js': LONG });
    expect(one.scores.duplication).toBe(0);
    const other = await scored(duplication, { 'a.js': SUM }, { 'a.js': FIXED });
    expect(other.scores.duplication).toBe(0);
  });

  test('taking code away adds none', async () => {
    expect((await scored(duplication, { 'a.js': LONG + SUM }, { 'a.js': SUM })).scores).toEqual({
      duplication: 'it adds no code',
    });
  });
});

const NO_LINTER = 'the repository has no linter among its checks';

describe('problems', () => {
  const FILES = {
    'tsconfig.json': '{"compilerOptions":{"strict":true,"types":[]}}',
    'a.ts': 'export const a: number = "old";\nexport const b = 1;\n',
  };

  test('are those that the patch brings, old ones are not its own', async () => {
    const one = await scored(problems, FILES, { 'a.ts': `${FILES['a.ts']}export const c: string = b;\n` });
    expect(one.scores).toEqual({ problems: 1, 'problems.errors': 1, 'problems.lint': NO_LINTER });
    expect(one.whys.problems).toMatch(/^a\.ts:3 error TS2322: /);
  });

  test('a sound patch brings none; what no server knows is unscored', async () => {
    expect((await scored(problems, FILES, { 'a.ts': FILES['a.ts'].replace('"old"', '2') })).scores).toEqual({
      problems: 0,
      'problems.errors': 0,
      'problems.lint': NO_LINTER,
    });
    expect((await scored(problems, { 'a.txt': 'x\n' }, { 'a.txt': 'y\n' })).scores).toEqual({
      problems: 'it changes no file that a language server knows',
      'problems.lint': NO_LINTER,
    });
  });
});

describe('the repository’s own linter', () => {
  const LINT = 'grep -n TODO *.txt | sed "s/:/:1: /"; ! grep -q TODO *.txt';
  const check = { name: 'lint', command: LINT, framework: 'plain', timeoutSeconds: 60 };
  const FILES = { 'a.txt': 'one\nTODO two\n', 'b.txt': 'three\n' };

  test.each([
    ['what it says anew counts', { 'a.txt': 'zero\none\nTODO two\n', 'b.txt': 'TODO four\n' }, LINT, 1],
    ['a failure alone counts too', { 'b.txt': 'four\n' }, 'grep -q three b.txt', 1],
    ['what it said before does not', { 'a.txt': 'zero\none\nTODO two\n' }, LINT, 0],
    [
      'one that is not there',
      { 'b.txt': 'four\n' },
      'no-such-linter',
      'no-such-linter could not be run here: it is not installed',
    ],
  ] as const)('%s', async (_, changes, command, value) => {
    const instance = instanceOf(FILES, { checks: [{ ...check, command }] });
    const one = await scored(problems, FILES, changes, { instance });
    expect(one.scores['problems.lint'], one.whys['problems.lint']).toBe(value);
  });
});

describe('test quality', () => {
  const FILES = { 'package.json': '{"type":"module"}', 'sum.js': SUM };
  const written = (asserts: string) =>
    `import { test } from 'node:test';\nimport assert from 'node:assert/strict';\nimport { sum } from '../sum.js';\ntest('sum', () => {\n${asserts}\n});\n`;
  const SOURCE = FIXED.replace('let total = 0;', 'let total = 0;\n  if (numbers.length > 100) return -1;');

  test('is the share of mutants that the agent’s tests notice', async () => {
    const sharp = written(
      '  assert.equal(sum([1, 2, 3]), 6);\n  assert.equal(sum(Array(101).fill(1)), -1);\n  assert.equal(sum(Array(100).fill(1)), 100);',
    );
    const one = await scored(testQuality, FILES, { 'sum.js': SOURCE, 'test/sum.test.js': sharp });
    const blunt = await scored(testQuality, FILES, {
      'sum.js': SOURCE,
      'test/sum.test.js': written('  assert.equal(typeof sum([1]), "number");'),
    });
    expect(one.scores['test-quality'], one.whys['test-quality']).toBe(1);
    expect(one.scores['test-quality.fails-before']).toBe(1);
    expect(blunt.scores['test-quality'] as number).toBeLessThan(0.3);
    expect(blunt.scores['test-quality.fails-before']).toBe(0);
    expect(blunt.whys['test-quality']).toMatch(/^\d+ of \d+ mutants noticed; not sum\.js:\d+ /);
  });

  test('is unscored without tests, with failing ones, and where nothing can be mutated', async () => {
    const none = await scored(testQuality, FILES, { 'sum.js': SOURCE });
    expect(none.scores).toEqual({ 'test-quality': 'it wrote no tests' });
    const wrong = await scored(testQuality, FILES, {
      'sum.js': SOURCE,
      'test/sum.test.js': written('  assert.equal(sum([1]), 7);'),
    });
    expect(wrong.scores['test-quality']).toMatch(/^its tests do not pass on its own patch here: /);
    const only = await scored(
      testQuality,
      { ...FILES, 'sum.js': FIXED },
      { 'test/sum.test.js': written('  assert.equal(sum([1]), 1);') },
    );
    expect(only.scores['test-quality']).toMatch(/^the lines it added give no mutants/);
  });
});

describe('scoring an experiment', () => {
  const files = { 'a.js': SUM };
  const patch = patchOf(files, { 'a.js': FIXED });
  const at = (id: string) => instanceOf(files, { id });

  const counting = (version: number, fail: () => boolean = () => false) => {
    const seen: string[] = [];
    const scorer = trialScorer(
      { name: 'counting', about: '', better: 'higher', source: import.meta.url, config: version },
      async ({ key }) => {
        if (fail()) throw Object.assign(new Error('not the scorer’s own'), {});
        seen.push(`${key.agent}/${key.instance}/${key.attempt}`);
        return { counting: { value: version, why: '' }, 'counting.twice': { value: 2 * version, why: '' } };
      },
    );
    return { scorer, seen };
  };

  test('skips what this version has scored, and scores it again when asked to or when it is another version', async () => {
    const one = keep(
      { instance: at('one'), patch },
      { instance: at('two'), patch, agent: 'b' },
      { instance: at('three'), patch, due: true },
    );
    const { scorer, seen } = counting(1);
    expect(await one.score([scorer])).toMatchObject({ trials: 2, scored: 2, skipped: 0, notGraded: 1 });
    expect(await one.score([scorer])).toMatchObject({ trials: 2, scored: 0, skipped: 2 });
    expect(await one.score([scorer], { again: true, agent: 'b' })).toMatchObject({ trials: 1, scored: 1 });
    expect(seen).toEqual(['a/one/1', 'b/two/1', 'b/two/1']);
    const newer = counting(2);
    expect(newer.scorer.version).not.toBe(scorer.version);
    await one.score([newer.scorer], { only: 'one' });
    expect(newer.seen).toEqual(['a/one/1']);
    const rows = one.store.experiments.scores(one.experiment, 'counting');
    expect(rows.map(({ instance, value }) => [instance, value])).toEqual(
      expect.arrayContaining([
        ['one', 2],
        ['two', 1],
      ]),
    );
  });

  test('goes on where it was interrupted', async () => {
    const one = keep(
      { instance: at('one'), patch },
      { instance: at('two'), patch },
      { instance: at('three'), patch },
    );
    const stop = new AbortController();
    const { scorer, seen } = counting(1);
    const stopping = {
      ...scorer,
      version: scorer.version,
      score: async (trial: Parameters<TrialScorer['score']>[0]) => {
        if (seen.length === 2) stop.abort(new Error('stopped'));
        trial.signal.throwIfAborted();
        return scorer.score(trial);
      },
    };
    await expect(one.score([stopping], { signal: stop.signal })).rejects.toThrow('stopped');
    expect(await one.score([scorer])).toMatchObject({ scored: 1, skipped: 2 });
    expect(seen).toEqual(['a/one/1', 'a/two/1', 'a/three/1']);
  });

  test('an instance that is gone is told and the others are scored', async () => {
    const one = keep({ instance: at('one'), patch }, { instance: at('two'), patch });
    const { scorer } = counting(1);
    const end = await one.score([scorer], { instance: (id) => (id === 'one' ? undefined : at(id)) });
    expect(end).toMatchObject({
      scored: 1,
      failures: [
        { instance: 'one', scorer: 'counting', message: 'the dataset has no instance one any more' },
      ],
    });
  });

  test('a number that is none is unscored', async () => {
    const one = keep({ instance: at('one'), patch });
    await one.score([
      trialScorer({ name: 'odd', about: '', better: 'higher', source: import.meta.url }, async () => ({
        value: Number.NaN,
        why: '',
      })),
    ]);
    expect(one.scores).toEqual({ odd: 'it is no number: NaN' });
  });
});
