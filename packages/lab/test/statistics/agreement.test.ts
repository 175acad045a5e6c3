import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohenKappa, krippendorffAlpha } from '../../src/statistics/agreement.ts';
import { predictionPowered } from '../../src/statistics/prediction-powered.ts';

describe('agreement of raters', () => {
  it('Cohen’s kappa: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no', () => {
    const times = (count: number, value: string) => Array<string>(count).fill(value);
    const first = [...times(25, 'yes'), ...times(25, 'no')];
    const second = [...times(20, 'yes'), ...times(5, 'no'), ...times(10, 'yes'), ...times(15, 'no')];
    expect(cohenKappa(first, second)).toBeCloseTo(0.4, 9);
    expect(cohenKappa(first, first)).toBe(1);
    expect(cohenKappa(['yes', 'yes'], ['yes', 'yes'])).toBeNull();
  });

  // Krippendorff 2011, "Computing Krippendorff's alpha-reliability", example C: four observers, twelve units, gaps.
  const observers = ['123321412...', '1233224125.3', '.3332342251.', '12332441251.'];
  const units = Array.from({ length: 12 }, (_, unit) =>
    observers
      .map((row) => row[unit])
      .flatMap((rating) => (rating === undefined || rating === '.' ? [] : [Number(rating)])),
  );

  it.each([
    ['nominal', 0.743],
    ['ordinal', 0.815],
    ['interval', 0.849],
  ] as const)('Krippendorff’s alpha, %s', (scale, expected) => {
    expect(krippendorffAlpha(units, scale)).toBeCloseTo(expected, 3);
  });

  it('full agreement is 1; one value only, or no pairs, is nothing to go by', () => {
    const rating = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(
        fc.uniqueArray(rating, { minLength: 2 }),
        fc.integer({ min: 2, max: 4 }),
        (values, raters) => {
          const full = values.map((value) => Array<number>(raters).fill(value));
          for (const scale of ['nominal', 'ordinal', 'interval'] as const) {
            expect(krippendorffAlpha(full, scale)).toBeCloseTo(1, 9);
          }
        },
      ),
      { numRuns: 30 },
    );
    expect(
      krippendorffAlpha(
        [
          [3, 3],
          [3, 3],
        ],
        'nominal',
      ),
    ).toBeNull();
    expect(krippendorffAlpha([[1], [2]], 'nominal')).toBeNull();
  });
});

describe('labels on a part, predictions on all', () => {
  it('the predictions’ mean, put right by how far they are off', () => {
    const labels = [1, 0, 1, 1];
    const labelled = [0.8, 0.3, 0.6, 0.9].map((prediction, index) => ({ label: labels[index]!, prediction }));
    const result = predictionPowered(labelled, [0.7, 0.4, 0.5, 0.9, 0.2, 0.6]);
    expect(result.estimate.value).toBeCloseTo(0.65, 9);
    expect(result.se).toBeCloseTo(0.177482, 6);
    expect(result.labelsAlone.value).toBeCloseTo(0.75, 9);
    expect(result.labelsAloneSe).toBeCloseTo(0.25, 9);
    expect(result.estimate.low).toBeLessThan(0.65);
    expect(result.estimate.high - result.estimate.low).toBeLessThan(
      result.labelsAlone.high - result.labelsAlone.low,
    );
  });
});
