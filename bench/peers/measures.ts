import { median } from '../table.ts';
import { isDisturbed } from './rounds.ts';
import type { Run } from './run.ts';

/** All that is known of one peer at one size. */
export interface Sample {
  /** Runs without a step. */
  readonly starts: readonly Run[];
  /** Runs of the size. */
  readonly runs: readonly Run[];
  readonly size: number;
}

/** One row of a table. */
export interface Measure {
  readonly title: string;
  readonly better: 'lower' | 'higher';
  /** Digits behind the point that are shown; two values that look alike are alike. */
  readonly digits: number;
  /** Undefined: nothing is known. */
  of(sample: Sample): number | undefined;
}

/** Steps at the end of a run by which its growth is seen. */
const LAST_STEPS = 10;

/** The runs that count: those that worked; of them the undisturbed ones, where there are any. */
export function counted(runs: readonly Run[]): readonly Run[] {
  const good = runs.filter(({ problem }) => problem === null);
  const calm = good.filter((run) => !isDisturbed(run));
  return calm.length > 0 ? calm : good;
}

/** What does not depend on the number of steps. */
export const FIXED: readonly Measure[] = [
  {
    title: 'start to first request (ms)',
    better: 'lower',
    digits: 0,
    of: ({ starts }) => medianOf(starts.flatMap(({ startMs }) => startMs ?? [])),
  },
  {
    title: 'fixed prompt: tools and system (bytes)',
    better: 'lower',
    digits: 0,
    of: ({ starts, runs }) => medianOf([...starts, ...runs].map((run) => run.fixedPromptBytes)),
  },
];

export const PER_SIZE: readonly Measure[] = [
  {
    title: 'time per step (ms)',
    better: 'lower',
    digits: 1,
    of: ({ runs }) => medianOf(runs.flatMap(({ gapsMs }) => gapsMs)),
  },
  {
    title: `time per step, last ${LAST_STEPS} (ms)`,
    better: 'lower',
    digits: 1,
    of: ({ runs }) => medianOf(runs.flatMap(({ gapsMs }) => gapsMs.slice(-LAST_STEPS))),
  },
  {
    title: 'peak memory of the process tree (MB)',
    better: 'lower',
    digits: 0,
    of: ({ runs }) => medianOf(runs.map(({ peakBytes }) => peakBytes / 1e6)),
  },
  {
    title: 'processor seconds, whole run',
    better: 'lower',
    digits: 2,
    of: ({ runs }) => cpuOf(runs),
  },
  {
    title: 'processor seconds per 100 steps, start left out',
    better: 'lower',
    digits: 2,
    of({ starts, runs, size }) {
      const [start, whole] = [cpuOf(starts), cpuOf(runs)];
      return start === undefined || whole === undefined ? undefined : ((whole - start) / size) * 100;
    },
  },
  {
    title: 'prefix kept: messages, least (%)',
    better: 'higher',
    digits: 1,
    of: ({ runs }) => leastOf(runs.flatMap(({ kept }) => kept.map(({ asRead }) => asRead * 100))),
  },
  {
    title: 'prefix kept: raw body, median (%)',
    better: 'higher',
    digits: 1,
    of: ({ runs }) => medianOf(runs.flatMap(({ kept }) => kept.map(({ raw }) => raw * 100))),
  },
];

function cpuOf(runs: readonly Run[]): number | undefined {
  return medianOf(runs.map(({ cpuSeconds }) => cpuSeconds));
}

function medianOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : median(values);
}

function leastOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.min(...values);
}
