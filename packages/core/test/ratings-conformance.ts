import { describe, expect, it } from 'vitest';
import type { InstanceMark, Rating } from '../src/ratings.ts';
import type { Store } from '../src/store.ts';

const rating = (stars: number, at: number, more: Partial<Rating> = {}): Rating => ({
  ...{ rollout: 'r', segment: null, stars, note: `note "${stars}"`, by: 'ann', at },
  ...more,
});

const mark = (instance: string, broken: boolean, at: number, version = 'v1'): InstanceMark => ({
  ...{ dataset: 'd', version, instance, broken, note: 'its test is wrong', by: 'ann', at },
});

/** What every store's ratings must do; `open` gives a new empty store each time. */
export function ratingsConformance(of: string, open: () => Store): void {
  describe(`ratings: ${of}`, () => {
    it('lets the newest of one person for one segment count, and keeps the others', () => {
      const { ratings } = open();
      const given = [
        rating(2, 1),
        rating(5, 2),
        rating(1, 3, { segment: { from: 0, to: 0 } }),
        rating(3, 3, { segment: { from: 2, to: 9 } }),
        rating(4, 3, { segment: { from: 2, to: 9 }, by: 'bob' }),
        rating(2, 3, { segment: { from: 2, to: 9 } }),
      ];
      for (const each of given) ratings.rate(each);
      expect(ratings.of(['r'])).toEqual([given[1], given[2], given[5], given[4]]);
      expect(ratings.history('r')).toEqual(given);
      expect(ratings.history('nobody')).toEqual([]);
    });

    it('reads those of many rollouts at once', () => {
      const { ratings } = open();
      const ids = Array.from({ length: 450 }, (_, at) => `r${at}`);
      for (const rollout of ids) ratings.rate(rating(4, 1, { rollout }));
      expect(ratings.of([...ids, ...ids, 'nobody']).map(({ rollout }) => rollout)).toEqual([...ids].sort());
      expect(ratings.of(['r7', 'r8'])).toHaveLength(2);
      expect(ratings.of([])).toEqual([]);
    });

    it.each([
      rating(0, 1),
      rating(6, 1),
      rating(2.5, 1),
      rating(3, 1, { segment: { from: 4, to: 3 } }),
      rating(3, 1, { segment: { from: -1, to: -1 } }),
    ])('refuses %j', (bad) => {
      const { ratings } = open();
      expect(() => ratings.rate(bad)).toThrow(expect.objectContaining({ code: 'bad-rating' }));
      expect(ratings.history('r')).toEqual([]);
    });

    it('knows which instances are marked as broken, by the last word', () => {
      const { ratings } = open();
      const marks = [mark('b', true, 1), mark('a', true, 1), mark('b', false, 1), mark('a', true, 1, 'v2')];
      for (const each of marks) ratings.mark(each);
      expect(ratings.marks('d', 'v1')).toEqual([marks[1], marks[2]]);
      expect(ratings.marks('d')).toEqual([marks[1], marks[3], marks[2]]);
      expect(ratings.marks('e')).toEqual([]);
    });
  });
}
