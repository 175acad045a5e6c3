import { linesOfMutation, type Mutation, mutated, mutations, syntaxErrors } from '@heddle/code';
import { describe, expect, test } from 'vitest';
import type { Tried } from '../../bench/repair/case.ts';
import { randomOf } from '../../bench/repair/random.ts';
import { calibration, median, summary } from '../../bench/repair/report.ts';
import { testCalls } from '../../bench/repair/test-calls.ts';

const PYTHON = `def clamp(value, low, high=10):
    """Between the two."""
    if value < low and not high:
        return max(low, 3)
    elif value in (low, high):
        log("inside", value)
        note(value)
    else:
        value = value + low * 2
    found = True
    return float(value)
`;

const JAVASCRIPT = `function clamp(value, low, high = 10) {
  if (value < low && high !== null) {
    return Math.max(low, 3);
  } else {
    log('inside', value);
    note(value);
  }
  const sum = value + low * 2;
  return Number(sum);
}
`;

describe.each([
  ['python', PYTHON],
  ['javascript', JAVASCRIPT],
] as const)('mutations of %s', (language, text) => {
  const made = (kind: Mutation['kind'], seed = 1) =>
    mutations(language, text, { kind, random: randomOf(`${seed}`) });

  test.each(['inverse', 'other'] as const)('every mutant of kind %s parses and differs', async (kind) => {
    const list = await made(kind);
    const texts = list.map((mutation) => mutated(text, mutation));
    for (const mutant of texts) {
      expect(mutant).not.toBe(text);
      expect(await syntaxErrors(language, mutant), mutant).toEqual([]);
    }
    expect(new Set(list.map(({ name }) => name)).size).toBeGreaterThanOrEqual(7);
  });

  test('a seed gives the same list, another one another', async () => {
    expect(await made('other')).toEqual(await made('other'));
    expect(await made('other')).not.toEqual(await made('other', 2));
  });

  test('each operator has its turn before one has a second', async () => {
    const names = (await made('other')).map(({ name }) => name);
    const kinds = new Set(names).size;
    expect(new Set(names.slice(0, kinds)).size).toBe(kinds);
  });
});

describe('lines of a mutation', () => {
  const at = (text: string, cut: string, put: string) => {
    const start = text.indexOf(cut);
    return linesOfMutation(text, {
      kind: 'other',
      name: '',
      home: 0,
      start,
      end: start + cut.length,
      text: put,
    });
  };

  test('the changed one', () => expect(at('a\nb\nc\n', 'b', 'x')).toEqual([2]));
  test('all of the new text', () => expect(at('a\nb\nc\n', 'b\nc', 'c\nb')).toEqual([2, 3]));
  test('both sides of a gap in front', () => expect(at('a\nb\nc\n', 'b\n', '')).toEqual([1, 2]));
  test('code on both sides of a gap, not what is blank or a comment', () =>
    expect(at('a\n\n  if x:\n    b\n  # no\n  else:\n    c\n\nd\n', 'else:\n    c', '')).toEqual([4, 8]));
  test('both sides of a gap behind', () => expect(at('a\nb\nc\n', '\nb', '')).toEqual([1, 2]));
});

test('tests within tests are part of them', async () => {
  const text =
    "test('a', (t) => {\n  test('inner', () => {});\n});\ndescribe('x', () => {\n  it('b', f);\n});\n";
  const found = await testCalls('javascript', 'a.js', text);
  expect(found.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(text.slice(found[1]!.start, found[1]!.end)).toBe("it('b', f);");
});

describe('report', () => {
  const tried = (
    outcome: Tried['outcome'],
    probability: number | null,
    faultRank: number | null = 1,
  ): Tried => ({
    id: 'x',
    kind: 'other: y',
    seed: 1,
    outcome,
    seconds: 1,
    trials: 1,
    probability,
    faultRank,
    patch: '',
    passing: [],
    note: '',
  });

  test('the median', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  test('expected calibration error weighs each bin by its patches; what found nothing stated nothing', () => {
    const text = calibration([
      tried('repaired', 0.9),
      tried('repaired', 0.9),
      tried('wrong', 0.9),
      tried('wrong', 0.3),
      tried('none', 0.01),
      tried('error', 1),
    ]);
    // |0.9 - 2/3| * 3/4 + |0.3 - 0| * 1/4
    expect(text).toContain('expected calibration error: 0.250 over 4 patches');
    expect(text).toContain('| 0.8 – 1.0 | 3 | 0.90 | 2 of 3');
  });

  test('errors are counted apart; a line is located among the first five', () => {
    const text = summary('s', [tried('repaired', 1, 5), tried('none', 0, 6), tried('error', null, null)]);
    expect(text).toContain('| repaired | 1 of 2 = 50 %');
    expect(text).toContain('| excluded (errors) | 1 |');
    expect(text).toContain('| faulty line among the first 5 | 1 of 2');
    expect(text).toContain('| … other: repaired | 1 of 2');
  });
});
