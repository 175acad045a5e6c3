import { fairCoins, studentTwoSided } from './distributions.ts';
import { numbersOf } from './random.ts';
import type { McNemar, Test } from './results.ts';
import { counted } from './words.ts';

/** Sums that are told apart when all signs are gone through; above, signs are drawn. Differences of yes-or-no scores stay far below. */
const MAX_SUMS = 20_000;
const DRAWN = 20_000;
/** Sums closer than this are the same, whichever way rounding went. */
const SAME = 1e-9;

/**
 * Two-sided: how often a sum at least as far from 0 comes about if each difference's sign is chance. Exact by convolution
 * of the sums' distribution, for as long as those are few; else by drawn signs. Of one yes or no a task it is McNemar's
 * exact test. `what`: what the differences are of.
 */
export function signFlip(differences: readonly number[], seed: string, what = 'task'): Test {
  const own = differences.filter((difference) => Math.abs(difference) > SAME);
  const total = Math.abs(own.reduce((at, difference) => at + difference, 0)) - SAME;
  if (own.length === 0) return { p: 1, method: `sign flips: no ${what} differs` };
  const exact = allSigns(own, total);
  if (exact !== null) {
    return { p: Math.min(1, exact), method: `exact sign flips of ${counted(own.length, what)}` };
  }
  const next = numbersOf(seed);
  let far = 0;
  for (let draw = 0; draw < DRAWN; draw++) {
    let at = 0;
    for (const difference of own) at += next() < 0.5 ? difference : -difference;
    if (Math.abs(at) >= total) far += 1;
  }
  const method = `${counted(DRAWN, 'draw')} of signs of ${counted(own.length, what)}, seed "${seed}"`;
  return { p: (far + 1) / (DRAWN + 1), method };
}

function allSigns(differences: readonly number[], total: number): number | null {
  let sums = new Map([[0, { at: 0, share: 1 }]]);
  for (const difference of differences) {
    const grown = new Map<number, { at: number; share: number }>();
    for (const { at, share } of sums.values()) {
      for (const moved of [at + difference, at - difference]) {
        const key = Math.round(moved / SAME);
        const known = grown.get(key);
        if (known) known.share += share / 2;
        else grown.set(key, { at: moved, share: share / 2 });
      }
    }
    if (grown.size > MAX_SUMS) return null;
    sums = grown;
  }
  let far = 0;
  for (const { at, share } of sums.values()) if (Math.abs(at) >= total) far += share;
  return far;
}

/** Of one attempt each with yes or no: `onlyA` tasks that only A solved, `onlyB` that only B did. Exact, two-sided (McNemar 1947). */
export function mcnemar(onlyA: number, onlyB: number): McNemar {
  const n = onlyA + onlyB;
  if (n === 0) return { onlyA, onlyB, p: 1, midP: 1 };
  const least = Math.min(onlyA, onlyB);
  const p = onlyA === onlyB ? 1 : Math.min(1, 2 * fairCoins(least, n));
  return { onlyA, onlyB, p, midP: p - (fairCoins(least, n) - fairCoins(least - 1, n)) };
}

/** Two-sided, of a mean `value` with a standard error on `df` degrees of freedom. */
export function studentTest(value: number, se: number, df: number): Test {
  const method = `Student's t, ${Number(df.toFixed(1))} degrees of freedom`;
  if (!(df > 0)) return { p: 1, method };
  if (se === 0) return { p: value === 0 ? 1 : 0, method };
  return { p: studentTwoSided(value / se, df), method };
}
