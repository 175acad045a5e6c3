/**
 * What the statistics hand to whoever shows them: plain data, nothing rounded. Rates and differences are shares (0.05 is
 * 5 points). All intervals have the same level, 95 % unless asked for otherwise. `docs/statistics.md` says what each
 * number means.
 */

/** A value with the interval that covers the truth in 95 of 100 experiments. */
export interface Interval {
  readonly value: number;
  /** May be infinite: one task says nothing of others. */
  readonly low: number;
  readonly high: number;
  /** In words, with whatever is needed to get the same again: `Wilson, 49 tasks`, `bootstrap over 12 clusters, 10,000 resamples, seed "cost"`. */
  readonly method: string;
}

/** How far scores scatter, taken apart: variances of one attempt at one task. `total` = `data` + `prediction`. */
export interface Noise {
  readonly total: number;
  /** Between tasks. Null: one attempt a task cannot tell. */
  readonly data: number | null;
  /** Between attempts at the same task. */
  readonly prediction: number | null;
}

/** Standard errors of a mean (or a mean difference) as it was measured, over all attempts. */
export interface StandardErrors {
  /** For "on tasks like these": tasks are a sample, and so are attempts. Clustered where tasks share clusters. Null: one task tells nothing. */
  readonly total: number | null;
  /** For "on exactly these tasks": only attempts are a sample. Null with one attempt a task. */
  readonly prediction: number | null;
  /** As if no two tasks had anything in common; equal to `total` where none share a cluster. */
  readonly unclustered: number | null;
  /** Where tasks share clusters, `total` in the forms of others. */
  readonly clustered: {
    /** Miller 2024, equation 3. */
    readonly miller: number;
    /** As Inspect has it: sum of squares of the clusters' sums, times C/(C-1). */
    readonly inspect: number;
  } | null;
}

/** pass@k or pass^k over the tasks that have at least k attempts. */
export interface PassRate {
  readonly k: number;
  /** Attempts: least and most of a task that counts. */
  readonly n: readonly [least: number, most: number];
  readonly tasks: number;
  /** At least one of k attempts is right. */
  readonly any: Interval;
  readonly anySe: number | null;
  /** All of k attempts are right. */
  readonly all: Interval;
  readonly allSe: number | null;
}

/** One version over its tasks. */
export interface Description {
  readonly tasks: number;
  /** Repositories, or what else tasks share. Below 5 they are not taken for a sample of others. */
  readonly clusters: number;
  readonly attempts: { readonly total: number; readonly least: number; readonly most: number };
  /** Mean over tasks of each task's mean, for "on tasks like these". */
  readonly mean: Interval;
  /** The same mean for "on exactly these tasks". Null with one attempt a task. */
  readonly onTheseTasks: Interval | null;
  readonly se: StandardErrors;
  readonly noise: Noise;
  /** By what factor clusters change the variance of the mean; 1 where no two tasks share one. */
  readonly designEffect: number;
  /** Null where scores are not 0 or 1. */
  readonly passed: readonly PassRate[] | null;
  /** Tasks by how often they were solved; flaky: sometimes. Null where scores are not 0 or 1. */
  readonly solved: { readonly always: number; readonly flaky: number; readonly never: number } | null;
}

/** A p-value and the test that gave it. */
export interface Test {
  readonly p: number;
  /** `exact sign flips of 34 tasks`, `Student's t, 99 degrees of freedom`. */
  readonly method: string;
}

/** McNemar's exact test, of one attempt each with yes or no. */
export interface McNemar {
  /** Tasks that only A solved; that only B solved. */
  readonly onlyA: number;
  readonly onlyB: number;
  readonly p: number;
  /** A little less cautious: half of the observed outcome's own probability counts. */
  readonly midP: number;
}

/** A task on which the two differ. */
export interface Flip {
  readonly instance: string;
  readonly cluster: string;
  readonly a: { readonly mean: number; readonly attempts: number };
  readonly b: { readonly mean: number; readonly attempts: number };
  /** a - b. */
  readonly difference: number;
}

/** The comparison within one cluster. */
export interface Slice {
  readonly cluster: string;
  readonly tasks: number;
  readonly a: number;
  readonly b: number;
  readonly difference: Interval;
  readonly p: number;
  /** Corrected for how many slices are looked at: Holm keeps any false alarm below 5 %, Benjamini and Hochberg the share of false ones. */
  readonly holm: number;
  readonly bh: number;
}

/** What it would take to see a difference, with 80 % power at the 5 % level. */
export interface Required {
  readonly difference: number;
  /** Tasks, with the attempts there are. */
  readonly tasks: number;
  /** Attempts a task of each version, with the tasks there are. Null: no number does, the tasks differ too much; or one attempt a task cannot tell. */
  readonly attempts: number | null;
  /** Trials of both versions together, the cheaper of the two ways. */
  readonly trials: number;
}

/** Two versions on the tasks both have attempts at. Differences are a - b. */
export interface Comparison {
  /** Tasks of both; what was left out because only one has it. */
  readonly tasks: number;
  readonly onlyInA: number;
  readonly onlyInB: number;
  readonly clusters: number;
  readonly attempts: {
    readonly a: readonly [least: number, most: number];
    readonly b: readonly [least: number, most: number];
  };
  readonly a: Interval;
  readonly b: Interval;
  readonly difference: Interval;
  /** On exactly these tasks. Null where a version has one attempt a task. */
  readonly onTheseTasks: Interval | null;
  /** The bootstrap's interval (percentiles), beside; the default one covers better where tasks are few. */
  readonly bootstrap: Interval;
  readonly se: StandardErrors & {
    /** As if the two had been measured on different tasks: the gap to `total` is what pairing saves. */
    readonly unpaired: number | null;
  };
  readonly test: Test;
  /** Null unless each version has one attempt a task, with 0 or 1. */
  readonly mcnemar: McNemar | null;
  /** How often an attempt of one solves a task that an attempt of the other at the same task does not. Null where scores are not 0 or 1. */
  readonly wins: { readonly a: number; readonly b: number } | null;
  readonly noise: Noise;
  /** Of the two versions' task means, over tasks. Null where one of them does not vary. */
  readonly correlation: number | null;
  /** The smallest true difference that these tasks and attempts would show, with 80 % power at the 5 % level. Null: one task shows nothing. */
  readonly detectable: number | null;
  /** To see the difference asked for, or else the measured one; null where that is 0. */
  readonly required: Required | null;
  /** By size of the difference, the largest first. */
  readonly flipped: readonly Flip[];
  /** By cluster, the largest first; empty where there is one cluster, or one task in each. */
  readonly slices: readonly Slice[];
  /** What a reader must be told before the numbers: not final, few clusters, tasks missing on one side. */
  readonly warnings: readonly string[];
}

/** Cost, tokens or time of two versions on the same tasks. */
export interface AmountComparison {
  readonly tasks: number;
  /** Of all attempts on the shared tasks; the median is over attempts. */
  readonly a: AmountSummary;
  readonly b: AmountSummary;
  /** a / b, of what one attempt at each task costs. Unbounded where b's amounts do not tell it from 0. */
  readonly ratio: Interval;
  /** The bootstrap's (percentiles), beside; it is too short where few attempts cost most. */
  readonly bootstrap: Interval;
}

export interface AmountSummary {
  readonly total: number;
  readonly attempts: number;
  readonly median: number;
  /** Mean over tasks of the mean over attempts. */
  readonly mean: number;
  /** All of it by the number of solved attempts; null: none was, or scores are not known. */
  readonly perSolved: number | null;
}

/** How trials ended (the five add up to `planned`), and both ways to count those that failed by no fault of the agent's. */
export interface OutcomeCounts {
  readonly planned: number;
  readonly solved: number;
  /** Not solved, and ended by itself. */
  readonly failed: number;
  /** Not solved, and ended by a limit. */
  readonly limit: number;
  /** No verdict. */
  readonly infra: number;
  readonly notRun: number;
  /** Solved of all that ran, infrastructure failures counted as not solved; null: nothing ran. */
  readonly infraAsFailed: number | null;
  /** Solved of those with a verdict. */
  readonly infraExcluded: number | null;
}

/** What an experiment can show, before it is paid for. */
export interface Plan {
  readonly tasks: number;
  readonly attempts: number;
  /** Both versions together. */
  readonly trials: number;
  readonly detectable: number;
  /** For the difference asked for. */
  readonly required: Required | null;
  readonly assumed: Variances;
  /** Of this plan, and of what is required; null where no price was given. */
  readonly usd: number | null;
  readonly requiredUsd: number | null;
  /** `With 34 tasks and 5 attempts each you can detect a difference of 20.3 points; to see 5 points …` */
  readonly sentence: string;
}

/** What a paired comparison's error is made of (Miller 2024, equation 9). */
export interface Variances {
  /** Over tasks, of the difference of the two versions' true means. */
  readonly difference: number;
  /** Mean over tasks of the variance between attempts. */
  readonly withinA: number;
  readonly withinB: number;
  /** Where they come from, in words. */
  readonly source: string;
}

/** Statements of one band of stated probability. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean of what was stated. */
  readonly stated: number;
  /** Share that came true, with its interval. */
  readonly observed: Interval;
}

/** Stated probabilities against what came of them. */
export interface Calibration {
  readonly count: number;
  readonly stated: number;
  readonly observed: Interval;
  /** Mean squared distance (Brier 1950): 0 is best. */
  readonly brier: Interval;
  /** What always stating the observed share would score. */
  readonly brierOfBaseRate: number;
  /** Mean distance between stated and observed over the bins, weighted by their size (Naeini et al. 2015). */
  readonly expectedError: number;
  readonly bins: readonly ReliabilityBin[];
}

/** Versions in order of their mean, with the groups of those that cannot be told apart. */
export interface Leaderboard {
  /** Tasks that all versions have attempts at: only they count. */
  readonly tasks: number;
  readonly rows: readonly LeaderboardRow[];
  /** Pairs that were compared, for the correction. */
  readonly comparisons: number;
}

export interface LeaderboardRow {
  readonly name: string;
  readonly mean: Interval;
  readonly se: number | null;
  /** Tasks left out because another version has no attempt at them. */
  readonly leftOut: number;
  /** Letters, as in `ab`: two versions that share one cannot be told apart. */
  readonly groups: string;
}

/** Said while an experiment is not finished. */
export interface EarlyLook {
  readonly planned: number;
  readonly finished: number;
  /** Deciding now is fair below this p only, however often one looks (O'Brien and Fleming's bound). */
  readonly fairP: number;
  readonly message: string;
}

/** A mean of human labels on a part, with predictions on all (Angelopoulos et al. 2023). */
export interface PredictionPowered {
  readonly estimate: Interval;
  readonly se: number;
  /** What the labels alone would say. */
  readonly labelsAlone: Interval;
  readonly labelsAloneSe: number;
}
