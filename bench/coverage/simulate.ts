import type { Sample } from '@heddle/lab';
import type { Regime } from './regimes.ts';

/** What is true of one version: over all tasks there could be, and over those of the experiment. */
export interface Truth {
  readonly mean: number;
  readonly here: number;
  /** At least one, all, of k attempts. */
  any(k: number): number;
  all(k: number): number;
  /** Mean squared distance of `stated` and the outcome. */
  readonly brier: number;
}

/** An experiment that never ran, with what is true of it. */
export interface Simulated {
  readonly a: readonly Sample[];
  readonly b: readonly Sample[];
  readonly costA: readonly Sample[];
  readonly costB: readonly Sample[];
  /** A's stated probability for each task: too cautious, but it knows which are easy. */
  readonly stated: readonly number[];
  readonly truthA: Truth;
  readonly truthB: Truth;
  readonly costRatio: number;
}

/** Log-standard deviation of the cost of one attempt among those at the same task. */
const ATTEMPT_COST_A = 0.5;
const ATTEMPT_COST_B = 0.7;
/** B's typical attempt costs this share of A's. */
const CHEAPER = 0.8;
const UNLEARNT = 0.05;
const LEARNT = 0.95;

export function simulate(regime: Regime, next: () => number): Simulated {
  const { ease, tasks, attempts, learnt = 0, advantage, spread, costSpread } = regime;
  const middle = ease[0] + next() * (ease[1] - ease[0]);
  const normal = normals(next);
  const eases = latents(regime, normal);
  const costs = latents(regime, normal);
  const all = { a: [], b: [], costA: [], costB: [] } as Record<'a' | 'b' | 'costA' | 'costB', Sample[]>;
  const chances: [a: number, b: number][] = [];
  for (let task = 0; task < tasks; task++) {
    const [easeA, easeB] = eases[task]!.both;
    const isLearnt = next() < learnt;
    const chanceA = isLearnt ? UNLEARNT : logistic(middle + spread * easeA);
    const chanceB = isLearnt ? LEARNT : logistic(middle + advantage + spread * easeB);
    chances.push([chanceA, chanceB]);
    const id = { instance: `task-${task}`, cluster: eases[task]!.cluster };
    const times = (value: () => number) => ({ ...id, scores: Array.from({ length: attempts }, value) });
    const [costA, costB] = costs[task]!.both;
    all.a.push(times(() => Number(next() < chanceA)));
    all.b.push(times(() => Number(next() < chanceB)));
    all.costA.push(times(() => Math.exp(costSpread * costA + ATTEMPT_COST_A * normal())));
    all.costB.push(times(() => CHEAPER * Math.exp(costSpread * costB + ATTEMPT_COST_B * normal())));
  }
  return {
    ...all,
    stated: chances.map(([chance]) => statedFor(chance)),
    truthA: truthOf(
      middle,
      spread,
      learnt,
      UNLEARNT,
      chances.map(([chance]) => chance),
    ),
    truthB: truthOf(
      middle + advantage,
      spread,
      learnt,
      LEARNT,
      chances.map(([, chance]) => chance),
    ),
    costRatio: Math.exp((ATTEMPT_COST_A ** 2 - ATTEMPT_COST_B ** 2) / 2) / CHEAPER,
  };
}

/** Standard normal for each task and version: correlated between versions, and within repositories. */
function latents({ tasks, correlation, repositories }: Regime, normal: () => number) {
  const draw = (): [number, number] => {
    const shared = Math.sqrt(correlation) * normal();
    return [shared + Math.sqrt(1 - correlation) * normal(), shared + Math.sqrt(1 - correlation) * normal()];
  };
  const { sizes, share } = repositories ?? { sizes: Array<number>(tasks).fill(1), share: 0 };
  return sizes.flatMap((size, repository) => {
    const common = draw();
    return Array.from({ length: size }, () => {
      const own = draw();
      const mixed = (version: 0 | 1) =>
        Math.sqrt(share) * common[version] + Math.sqrt(1 - share) * own[version];
      return { cluster: `repository-${repository}`, both: [mixed(0), mixed(1)] as const };
    });
  });
}

function truthOf(
  middle: number,
  spread: number,
  learnt: number,
  whenLearnt: number,
  here: readonly number[],
): Truth {
  const over = (value: (chance: number) => number) => {
    let total = 0;
    for (const { at, weight } of NORMAL) total += weight * value(logistic(middle + spread * at));
    return (1 - learnt) * total + learnt * value(whenLearnt);
  };
  return {
    mean: over((chance) => chance),
    here: here.reduce((sum, chance) => sum + chance, 0) / here.length,
    any: (k) => over((chance) => 1 - (1 - chance) ** k),
    all: (k) => over((chance) => chance ** k),
    brier: over((chance) => (statedFor(chance) - chance) ** 2 + chance * (1 - chance)),
  };
}

function statedFor(chance: number): number {
  return logistic(0.6 * Math.log(chance / (1 - chance)));
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Box and Muller's. */
function normals(next: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** The standard normal distribution as weights at even steps, to integrate over: exact to ten digits. */
const NORMAL = (() => {
  const step = 0.05;
  const points = Array.from({ length: 321 }, (_, index) => (index - 160) * step);
  return points.map((at) => ({ at, weight: (step * Math.exp((-at * at) / 2)) / Math.sqrt(2 * Math.PI) }));
})();
