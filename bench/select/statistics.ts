import type { Random } from '../repair/random.ts';
import { factor } from './student.ts';

/** A value and its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const Z = 1.959964;

/** Wilson's score interval at 95 % for `k` of `n`. */
export function wilson(k: number, n: number): readonly [number, number] {
  if (n === 0) return [0, 1];
  const p = k / n;
  const middle = (p + (Z * Z) / (2 * n)) / (1 + (Z * Z) / n);
  const half = (Z * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n))) / (1 + (Z * Z) / n);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

export function rate(outcomes: readonly boolean[]): Estimate {
  const k = outcomes.filter(Boolean).length;
  const [low, high] = wilson(k, outcomes.length);
  return { value: k / outcomes.length, low, high };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of the mean; variance over n - 1. */
export function standardError(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

/** From so many cases on Student's interval is used for a mean; below, the bootstrap. */
const MANY = 100;
const RESAMPLES = 10_000;

/**
 * The mean over cases, one value each (the mean over its attempts, or the difference of two ways on the same case):
 * Student's interval from 100 cases on, below that the bootstrap over cases (percentiles), as Miller 2024 has it.
 */
export function meanOf(values: readonly number[], random: Random): Estimate {
  const value = mean(values);
  if (values.length < 2) return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  if (values.length >= MANY) {
    const half = factor(values.length - 1) * standardError(values);
    return { value, low: value - half, high: value + half };
  }
  const draws = Float64Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[Math.floor(random.next() * values.length)]!;
    return sum / values.length;
  }).sort();
  const at = (share: number) => draws[Math.round(share * (RESAMPLES - 1))]!;
  return { value, low: at(0.025), high: at(0.975) };
}

/**
 * A paired difference: as `meanOf`. Where no case differs at all, the bootstrap would claim to be certain; then the
 * bounds are what Wilson allows for the share of cases that differ, both ways.
 */
export function differenceOf(values: readonly number[], random: Random): Estimate {
  if (values.some((value) => value !== 0)) return meanOf(values, random);
  const [, most] = wilson(0, values.length);
  return { value: 0, low: -most, high: most };
}

/** Up to so many cases that differ all signs are gone through; above, drawn. */
const EXACT = 16;
const DRAWN_SIGNS = 20_000;

/** Two-sided: how often a mean difference at least as far from 0 comes about if each difference's sign is chance. */
export function signFlip(differences: readonly number[], random: Random): number {
  const own = differences.filter((difference) => difference !== 0);
  if (own.length === 0) return 1;
  const total = Math.abs(own.reduce((sum, difference) => sum + difference, 0)) - 1e-9;
  const exact = own.length <= EXACT;
  const tries = exact ? 2 ** own.length : DRAWN_SIGNS;
  let far = 0;
  for (let round = 0; round < tries; round++) {
    const plus = (index: number) => (exact ? (round >> index) & 1 : random.next() < 0.5);
    const sum = own.reduce((at, difference, index) => at + (plus(index) ? difference : -difference), 0);
    if (Math.abs(sum) >= total) far += 1;
  }
  return exact ? far / tries : (far + 1) / (tries + 1);
}

/** McNemar's exact test: `b` cases only one way got right, `c` only the other. */
export function mcnemar(b: number, c: number): { readonly p: number; readonly mid: number } {
  if (b === c) return { p: 1, mid: 1 - binomial(b + c, b) / 2 ** (b + c) };
  const [n, least] = [b + c, Math.min(b, c)];
  let tail = 0;
  for (let k = 0; k <= least; k++) tail += binomial(n, k) / 2 ** n;
  return { p: Math.min(1, 2 * tail), mid: 2 * tail - binomial(n, least) / 2 ** n };
}

function binomial(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return result;
}

/** That one of `k` attempts drawn from `n` is right, `c` of which are (Chen et al. 2021). */
export function passAt(n: number, c: number, k: number): number {
  let none = 1;
  for (let i = 0; i < k; i++) none *= Math.max(0, n - c - i) / (n - i);
  return 1 - none;
}
