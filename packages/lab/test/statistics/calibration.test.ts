import { describe, expect, it } from 'vitest';
import { calibration } from '../../src/statistics/calibration.ts';

const said = (probability: number, ...right: boolean[]) =>
  right.map((each) => ({ probability, right: each }));

describe('calibration', () => {
  it('is perfect where as many are right as was stated', () => {
    const result = calibration([
      ...said(0.75, true, true, true, false),
      ...said(0.25, false, false, false, true),
    ])!;
    expect(result.expectedError).toBeCloseTo(0, 9);
    expect(result.brier.value).toBeCloseTo(0.1875, 9);
    expect(result.brierOfBaseRate).toBeCloseTo(0.25, 9);
    expect(result).toMatchObject({ count: 8, stated: 0.5, observed: { value: 0.5 } });
  });

  it('weighs bins by what is in them', () => {
    const result = calibration([...said(0.9, true, false, false, false), ...said(0.1, false)])!;
    expect(result.bins).toMatchObject([
      { from: 0, to: 0.2, count: 1, stated: 0.1, observed: { value: 0 } },
      { from: 0.8, to: 1, count: 4, observed: { value: 0.25, method: 'Wilson, 4 statements' } },
    ]);
    expect(result.expectedError).toBeCloseTo(0.8 * 0.65 + 0.2 * 0.1, 9);
  });

  it('certainty is in the last bin; bins can be finer', () => {
    expect(calibration(said(1, true))!.bins).toMatchObject([{ from: 0.8, to: 1, count: 1, stated: 1 }]);
    expect(calibration(said(0.85, true), { bins: 10 })!.bins).toMatchObject([{ from: 0.8, to: 0.9 }]);
  });

  it('nothing stated, nothing to say', () => {
    expect(calibration([])).toBeNull();
  });
});
