/** A way in which experiments can be hard, as the recipe of two versions over tasks of unequal difficulty. */
export interface Regime {
  readonly name: string;
  readonly about: string;
  readonly tasks: number;
  readonly attempts: number;
  /**
   * Middle of the tasks' ease on the logistic scale, drawn anew between these for each experiment: of one fixed rate and one
   * attempt a task coverage is a saw's edge, and says more of that rate than of the interval.
   */
  readonly ease: readonly [low: number, high: number];
  /** Standard deviation of the tasks' ease. */
  readonly spread: number;
  /** Of the two versions' ease of the same task. */
  readonly correlation: number;
  /** B's advantage over A, on the same scale. */
  readonly advantage: number;
  /** Share of tasks that only B has learnt: A solves them in 5 of 100 attempts, B in 95. */
  readonly learnt?: number;
  /** Sizes of repositories, and the share of ease that is the repository's. */
  readonly repositories?: { readonly sizes: readonly number[]; readonly share: number };
  /** Standard deviation of the logarithm of what tasks cost: 1.5 means that one in forty costs 19 times the median. */
  readonly costSpread: number;
}

const USUAL = {
  ease: [-1.5, 1.5],
  spread: 2,
  correlation: 0.7,
  advantage: 0.5,
  costSpread: 0.8,
} as const;

/** The six that every interval is to hold in. */
export const REGIMES: readonly Regime[] = [
  { ...USUAL, name: 'small N', about: '20 tasks, 4 attempts', tasks: 20, attempts: 4 },
  { ...USUAL, name: 'K = 1', about: '100 tasks, 1 attempt', tasks: 100, attempts: 1 },
  {
    ...USUAL,
    name: 'clustered',
    about: '60 tasks of 10 repositories (1 to 15 tasks), 2 attempts',
    tasks: 60,
    attempts: 2,
    repositories: { sizes: [15, 11, 8, 6, 5, 5, 4, 3, 2, 1], share: 0.3 },
  },
  {
    ...USUAL,
    name: 'near 0',
    about: '100 tasks, 3 attempts, solved 2 to 6 of 100; few attempts cost most',
    tasks: 100,
    attempts: 3,
    ease: [-6, -4],
    costSpread: 1.5,
  },
  {
    ...USUAL,
    name: 'near 1',
    about: '100 tasks, 3 attempts, solved 94 to 98 of 100; all cost much the same',
    tasks: 100,
    attempts: 3,
    ease: [4, 6],
    costSpread: 0.3,
  },
  {
    ...USUAL,
    name: 'correlated',
    about: '50 tasks, 4 attempts, ease of A and B correlates 0.97',
    tasks: 50,
    attempts: 4,
    spread: 2.5,
    correlation: 0.97,
    advantage: 0.3,
    costSpread: 1.2,
  },
];

const LEARNER = { ...USUAL, spread: 4, correlation: 1, advantage: 0 };

/** Where things get worse than that: shown, so that nobody trusts an interval there blindly. */
export const HARDER: readonly Regime[] = [
  { ...USUAL, name: 'N = 5', about: '5 tasks, 4 attempts', tasks: 5, attempts: 4 },
  { ...USUAL, name: 'N = 10, K = 1', about: '10 tasks, 1 attempt', tasks: 10, attempts: 1 },
  { ...USUAL, name: 'N = 34, K = 1', about: '34 tasks, 1 attempt', tasks: 34, attempts: 1 },
  {
    ...USUAL,
    name: '1 of 100',
    about: '100 tasks, 1 attempt, solved 1 to 2 of 100',
    tasks: 100,
    attempts: 1,
    ease: [-7, -5],
    costSpread: 2,
  },
  {
    ...USUAL,
    name: 'few learnt',
    about: '100 tasks, 2 attempts; B is A but for 5 tasks of 100 that it has learnt',
    ...LEARNER,
    tasks: 100,
    attempts: 2,
    learnt: 0.05,
  },
  {
    ...USUAL,
    name: '5 repositories',
    about: '50 tasks of 5 repositories (2 to 26 tasks), 2 attempts',
    tasks: 50,
    attempts: 2,
    repositories: { sizes: [26, 12, 6, 4, 2], share: 0.3 },
  },
  {
    ...USUAL,
    name: '12 uneven',
    about: '300 tasks of 12 repositories (3 to 114 tasks), 1 attempt',
    tasks: 300,
    attempts: 1,
    repositories: { sizes: [114, 77, 23, 23, 17, 16, 6, 6, 6, 5, 4, 3], share: 0.2 },
  },
  {
    ...USUAL,
    name: '40 near 0',
    about: '200 tasks of 40 repositories, 1 attempt, solved 2 to 6 of 100',
    tasks: 200,
    attempts: 1,
    ease: [-6, -4],
    repositories: { sizes: Array<number>(40).fill(5), share: 0.3 },
  },
];
