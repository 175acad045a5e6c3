import { parse } from '@heddle/code';
import { describe, expect, it } from 'vitest';
import type { Tried } from '../../bench/repair/case.ts';
import { linesOf, mutated, mutations } from '../../bench/repair/mutate.ts';
import { randomOf } from '../../bench/repair/random.ts';
import { calibration, median, share, wilson } from '../../bench/repair/report.ts';

const PYTHON = `def pick(rows, least, most):
    found = []
    for row in rows:
        if row >= least and row < most:
            found.append(limit(row, most))
        else:
            found.append(None)
    return found[1:] + ["end"]
`;
const JAVASCRIPT = `function pick(rows, least) {
  const found = [];
  for (const row of rows) if (row > least && row !== 7) found.push(limit(row, least));
  note(found);
  return found.length === 0 ? null : found[0] + 1;
}
`;

describe('planted bugs', () => {
  for (const [language, text] of [
    ['python', PYTHON],
    ['javascript', JAVASCRIPT],
  ] as const) {
    for (const kind of ['inverse', 'other'] as const) {
      it(`${kind} in ${language}: differ, parse, and come the same way again`, async () => {
        const make = () => mutations(language, text, { kind, random: randomOf('one') });
        const made = await make();
        expect(new Set(made.map(({ name }) => name)).size).toBeGreaterThan(3);
        expect(await make()).toEqual(made);
        for (const mutation of made) {
          const changed = mutated(text, mutation);
          expect(changed).not.toBe(text);
          using tree = await parse(language, changed);
          expect(tree.root.hasError, changed).toBe(false);
          for (const line of linesOf(text, mutation)) expect(changed.split('\n')[line - 1]).toBeDefined();
        }
      });
    }
  }
});

describe('figures', () => {
  it('Wilson intervals', () => {
    // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for (const [k, n, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      expect(wilson(k, n)[0]).toBeCloseTo(low, 4);
      expect(wilson(k, n)[1]).toBeCloseTo(high, 4);
    }
    expect(share(0, 0)).toBe('0 of 0');
    expect(median([3, 1, 2, 10])).toBe(2.5);
  });

  it('calibration error is the mean distance between stated and right, weighted by bin', () => {
    const one = (probability: number, outcome: Tried['outcome']) => ({ probability, outcome }) as Tried;
    const text = calibration([
      one(0.9, 'repaired'),
      one(0.9, 'wrong'),
      one(0.3, 'wrong'),
      one(0.3, 'wrong'),
      one(0.01, 'none'),
    ]);
    expect(text).toContain('expected calibration error: 0.350 over 4 patches');
  });
});
