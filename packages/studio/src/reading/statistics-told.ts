import type { Calibration, Interval, PassRate } from '@heddle/lab';
import type { CalibrationTold, IntervalTold, PassTold } from '../told/statistics.ts';

/** JSON knows no infinity. */
export function intervalTold({ value, low, high, method }: Interval): IntervalTold {
  return { value, low: bound(low), high: bound(high), method };
}

function bound(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

export function passTold({ k, n, any, all }: PassRate): PassTold {
  return { k, n, any: intervalTold(any), all: intervalTold(all) };
}

export function calibrationTold(made: Calibration | null): CalibrationTold | null {
  if (made === null) return null;
  const { count, stated, brierOfBaseRate, expectedError } = made;
  return {
    ...{ count, stated, brierOfBaseRate, expectedError },
    observed: intervalTold(made.observed),
    brier: intervalTold(made.brier),
    bins: made.bins.map((bin) => ({ ...bin, observed: intervalTold(bin.observed) })),
  };
}
