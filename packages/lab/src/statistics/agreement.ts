import { sum } from './moments.ts';

/** How far apart two values are: `nominal` they differ or not, `ordinal` by the ranks between them, `interval` by their distance squared. */
export type Scale = 'nominal' | 'ordinal' | 'interval';

/**
 * Agreement of two raters over the same units beyond what chance gives (Cohen 1960): 1 is full, 0 is chance's. Null where
 * both always say the same one thing: chance would agree as well.
 */
export function cohenKappa<T>(first: readonly T[], second: readonly T[]): number | null {
  const n = first.length;
  const values = new Set([...first, ...second]);
  const share = (ratings: readonly T[], value: T) => ratings.filter((each) => each === value).length / n;
  const chance = sum([...values].map((value) => share(first, value) * share(second, value)));
  const agreed = first.filter((value, unit) => value === second[unit]).length / n;
  return chance < 1 ? (agreed - chance) / (1 - chance) : null;
}

/**
 * Agreement of any number of raters, each of whom may have left units out (Krippendorff 2011): 1 - observed / expected
 * disagreement. `units`: the ratings each unit got. Null where all ratings are the same, or no unit has two.
 */
export function krippendorffAlpha(units: readonly (readonly number[])[], scale: Scale): number | null {
  const paired = units.filter((ratings) => ratings.length > 1);
  const all = paired.flat();
  const counts = new Map<number, number>();
  for (const rating of all) counts.set(rating, (counts.get(rating) ?? 0) + 1);
  const values = [...counts.keys()].sort((a, b) => a - b);
  const distance = distanceOf(scale, values, counts);
  const pairs = (ratings: readonly number[]) =>
    sum(ratings.map((a) => sum(ratings.map((b) => distance(a, b)))));
  const observed = sum(paired.map((ratings) => pairs(ratings) / (ratings.length - 1)));
  let expected = 0;
  for (const [a, times] of counts) {
    for (const [b, others] of counts) expected += times * others * distance(a, b);
  }
  return expected > 0 ? 1 - ((all.length - 1) * observed) / expected : null;
}

function distanceOf(
  scale: Scale,
  values: readonly number[],
  counts: ReadonlyMap<number, number>,
): (a: number, b: number) => number {
  if (scale === 'nominal') return (a, b) => Number(a !== b);
  if (scale === 'interval') return (a, b) => (a - b) ** 2;
  return (a, b) => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    const between = values.filter((value) => value >= low && value <= high);
    return (sum(between.map((value) => counts.get(value)!)) - (counts.get(a)! + counts.get(b)!) / 2) ** 2;
  };
}
