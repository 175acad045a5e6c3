import { attemptsFor, detectable, tasksFor } from './power.ts';
import type { Plan, Required, Variances } from './results.ts';
import { counted, points } from './words.ts';

export interface PlanOptions {
  readonly tasks: number;
  /** Of each version at each task. */
  readonly attempts: number;
  /** A difference to be seen, as a share. */
  readonly difference?: number;
  /** How scores scatter, best measured by an earlier comparison (`measuredVariances`). */
  readonly variances?: Variances;
  /** Mean cost of one trial, over both versions. */
  readonly usdPerTrial?: number;
}

/** Miller's example (arXiv 2411.00640, section 5): tasks of every difficulty alike, and versions that correlate by a third. */
const USUAL_VARIANCES: Variances = {
  difference: 1 / 9,
  withinA: 1 / 6,
  withinB: 1 / 6,
  source: "assumed, as in Miller's example",
};

/** What an experiment of two versions can show before it is paid for: 80 % power at the 5 % level. */
export function plan({ tasks, attempts, difference, variances, usdPerTrial }: PlanOptions): Plan {
  const assumed = variances ?? USUAL_VARIANCES;
  const trials = 2 * tasks * attempts;
  const smallest = detectable(assumed, tasks, attempts);
  const required = difference ? requiredOf(Math.abs(difference), assumed, tasks, attempts) : null;
  const usdOf = (count: number | undefined) =>
    usdPerTrial === undefined || count === undefined ? null : count * usdPerTrial;
  const [usd, requiredUsd] = [usdOf(trials), usdOf(required?.trials)];
  const shown =
    smallest > 1 ? 'no difference can be detected' : `you can detect a difference of ${points(smallest)}`;
  const here = `With ${counted(tasks, 'task')} and ${counted(attempts, 'attempt')} each ${shown}${price(usd)}`;
  return {
    tasks,
    attempts,
    trials,
    detectable: smallest,
    required,
    assumed,
    usd,
    requiredUsd,
    sentence: required ? `${here}; ${needed(required, tasks, attempts)}${price(requiredUsd)}.` : `${here}.`,
  };
}

function requiredOf(difference: number, variances: Variances, tasks: number, attempts: number): Required {
  const needed = tasksFor(difference, variances, attempts);
  const more = attemptsFor(difference, variances, tasks);
  const trials = 2 * Math.min(needed * attempts, more === null ? Number.POSITIVE_INFINITY : more * tasks);
  return { difference, tasks: needed, attempts: more, trials };
}

function needed(required: Required, tasks: number, attempts: number): string {
  const other =
    required.attempts === null
      ? `; with ${counted(tasks, 'task')} no number of attempts does`
      : `, or ${counted(required.attempts, 'attempt')} at ${counted(tasks, 'task')}`;
  return `to see ${points(required.difference)} you need ${counted(required.tasks, 'task')} with ${counted(attempts, 'attempt')}${other} (${counted(required.trials, 'trial')} at least)`;
}

function price(usd: number | null): string {
  return usd === null ? '' : `, for about $${usd.toLocaleString('en-US', { maximumFractionDigits: 2 })}`;
}
