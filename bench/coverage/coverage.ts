import { comparePaired } from '@heddle/lab';
import { randomOf } from '../repair/random.ts';
import { type Kind, told } from './kinds.ts';
import type { Regime } from './regimes.ts';
import { simulate } from './simulate.ts';

/** How often intervals of one kind hold what they claim. */
export interface Coverage {
  readonly kind: string;
  readonly regime: string;
  /** Experiments with an interval of this kind. */
  readonly count: number;
  readonly covered: number;
  /** The truth lay below; above. */
  readonly below: number;
  readonly above: number;
  /** Mean width of those that are bounded. */
  readonly width: number;
}

export interface CoverageOptions {
  readonly regimes: readonly Regime[];
  readonly kinds: readonly Kind[];
  readonly experiments: number;
  /** Of each bootstrap. */
  readonly resamples: number;
  readonly seed: string;
  readonly progress?: (regime: Regime) => void;
}

/** Deterministic: the same options give the same counts. */
export function coverageOf({
  regimes,
  kinds,
  experiments,
  resamples,
  seed,
  progress,
}: CoverageOptions): Coverage[] {
  return regimes.flatMap((regime) => {
    progress?.(regime);
    const { next } = randomOf(`coverage ${seed} ${regime.name}`);
    const counts = kinds.map((kind) => ({ kind, count: 0, below: 0, above: 0, bounded: 0, width: 0 }));
    for (let experiment = 0; experiment < experiments; experiment++) {
      const all = told(simulate(regime, next), resamples);
      for (const own of counts) {
        const claim = own.kind.claim(all);
        if (claim === null) continue;
        const [{ low, high }, truth] = claim;
        own.count += 1;
        if (truth < low) own.below += 1;
        if (truth > high) own.above += 1;
        if (!Number.isFinite(high - low)) continue;
        own.bounded += 1;
        own.width += high - low;
      }
    }
    return counts.map(({ kind, count, below, above, bounded, width }) => ({
      kind: kind.name,
      regime: regime.name,
      count,
      covered: count - below - above,
      below,
      above,
      width: width / bounded,
    }));
  });
}

/** How often the paired test says p < 0.05 of two versions that are equally good. */
export interface FalseAlarms {
  readonly regime: string;
  readonly experiments: number;
  readonly alarms: number;
}

export function falseAlarmsOf({
  regimes,
  experiments,
  seed,
}: Pick<CoverageOptions, 'regimes' | 'experiments' | 'seed'>): FalseAlarms[] {
  return regimes.map((regime) => {
    const { next } = randomOf(`false alarms ${seed} ${regime.name}`);
    let alarms = 0;
    for (let experiment = 0; experiment < experiments; experiment++) {
      const { a, b } = simulate({ ...regime, advantage: 0, learnt: 0 }, next);
      if (comparePaired(a, b, { resamples: 1 }).test.p < 0.05) alarms += 1;
    }
    return { regime: regime.name, experiments, alarms };
  });
}
