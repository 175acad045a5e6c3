import { expect, it } from 'vitest';
import { Pace } from '../../src/reading/pace.ts';

it('goes by what trials say of themselves until it has seen some', () => {
  const pace = new Pace();
  pace.look({ at: 0, live: 2, finished: 4 });
  expect(pace.secondsOfOne({ finished: 4, seconds: 8 })).toBe(2);
  expect(new Pace().secondsOfOne({ finished: 0, seconds: 0 })).toBeNull();
});

it('counts by the clock, those under way with what they have taken so far', () => {
  const pace = new Pace();
  // Two at a time; four short ones end within 12 seconds, of which they knew but 2.
  pace.look({ at: 0, live: 2, finished: 0 });
  pace.look({ at: 6_000, live: 2, finished: 2 });
  pace.look({ at: 12_000, live: 2, finished: 4 });
  expect(pace.secondsOfOne({ finished: 4, seconds: 2 })).toBe(6);
  // The next two take long: the promise is taken back before they end.
  pace.look({ at: 32_000, live: 2, finished: 4 });
  expect(pace.secondsOfOne({ finished: 4, seconds: 2 })).toBe(16);
});

it('leaves out what happened while nobody looked', () => {
  const pace = new Pace();
  pace.look({ at: 0, live: 2, finished: 1 });
  pace.look({ at: 10_000, live: 2, finished: 2 });
  pace.look({ at: 9_000_000, live: 2, finished: 5 });
  expect(pace.busy).toBe(20);
  // One seen, at 20 seconds; four by what they say, 3 each.
  expect(pace.secondsOfOne({ finished: 5, seconds: 15 })).toBeCloseTo((20 + 4 * 3) / 5);
});
