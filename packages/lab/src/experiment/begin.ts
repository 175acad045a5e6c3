import { type ExperimentRow, newRolloutId, OperatorError, oneLine, type Store } from '@heddle/core';
import { digestOfPlan, type ExperimentPlan, keepPlan, readPlan } from './plan.ts';
import { schedule } from './schedule.ts';

/** An experiment with what was asked. */
export interface Experiment extends ExperimentRow {
  readonly asked: ExperimentPlan;
}

/** The unfinished experiment with this very plan, else the newest finished one; null: there was none. */
export function sameExperiment(
  store: Store,
  plan: ExperimentPlan,
): { readonly row: ExperimentRow; readonly finished: boolean } | null {
  const digest = digestOfPlan(plan);
  const same = store.experiments
    .list()
    .filter((row) => row.plan === digest)
    .map((row) => ({ row, finished: isFinished(store, row.experiment) }));
  return same.find(({ finished }) => !finished) ?? same[0] ?? null;
}

/** Every trial has its verdict, or was given up for faults that are not an agent's. */
export function isFinished(store: Store, experiment: string): boolean {
  return store.experiments.counts(experiment).every(({ state }) => state === 'graded');
}

/** Registers a new experiment with all its trials. Nothing is begun yet. */
export function newExperiment(store: Store, plan: ExperimentPlan, name: string): Experiment {
  const row = {
    experiment: newRolloutId(),
    name: oneLine(name),
    createdAt: Date.now(),
    plan: keepPlan(store, plan),
  };
  store.experiments.plan(row, schedule(plan));
  return { ...row, asked: plan };
}

/**
 * The experiment a person means: an id, the beginning of one, a name (its newest), or `last`.
 * Throws OperatorError `no-such-experiment`, `ambiguous-experiment`, `plan-unreadable`.
 */
export function findExperiment(store: Store, given: string): Experiment {
  const { experiments } = store;
  const [last] = given === 'last' ? experiments.list({ limit: 1 }) : [];
  const begin = given === 'last' ? [] : experiments.list({ prefix: given, limit: MAX_NAMED + 1 });
  const exact = begin.find(({ experiment }) => experiment === given);
  const [named] = given === 'last' ? [] : experiments.list({ name: given, limit: 1 });
  const row = last ?? exact ?? named ?? (begin.length === 1 ? begin[0] : undefined);
  if (row !== undefined) return { ...row, asked: readPlan(store, row.plan) };
  if (begin.length > 1) {
    const more = begin.length > MAX_NAMED ? ' and more' : '';
    const ids = begin.slice(0, MAX_NAMED).map(({ experiment }) => experiment);
    throw new OperatorError('ambiguous-experiment', `several experiments begin with ${given}`, {
      hint: `one of ${ids.join(', ')}${more}`,
    });
  }
  throw new OperatorError('no-such-experiment', `there is no experiment ${given}`, {
    hint: '`heddle experiments` lists those there are; `heddle eval` begins one',
  });
}

/** Candidates named when the beginning of an id is not enough: more would not help to choose. */
const MAX_NAMED = 5;
