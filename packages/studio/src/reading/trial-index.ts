import type { Store, TrialRow } from '@heddle/core';
import { type CountedResult, type CountedTrial, type Experiment, gradedOf } from '@heddle/lab';

/** A trial as it is kept while somebody looks at its experiment: a row without what no table shows. */
export interface KeptTrial extends CountedTrial {
  readonly attempt: number;
  readonly rollout: string | null;
  readonly graded: {
    readonly result: CountedResult & { readonly steps: number; readonly gradeSeconds: number };
    readonly outcome: NonNullable<CountedTrial['graded']>['outcome'];
  } | null;
}

const NO_FLAGS: readonly string[] = [];

/**
 * All trials of one experiment, each at its place (see `TrialTableTold`), read once and then only what has changed.
 * Some hundred bytes a trial; no journal is opened.
 */
export class TrialIndex {
  readonly #store: Store;
  readonly #experiment: Experiment;
  readonly #trials: KeptTrial[] = [];
  readonly #instances: ReadonlyMap<string, number>;
  readonly #agents: ReadonlyMap<string, number>;
  #next = 0;

  constructor(store: Store, experiment: Experiment) {
    this.#store = store;
    this.#experiment = experiment;
    const { instances, agents } = experiment.asked;
    this.#instances = new Map(instances.map(({ id }, at) => [id, at]));
    this.#agents = new Map(agents.map(({ name }, at) => [name, at]));
    for (const { id } of instances)
      for (const { name } of agents)
        for (let attempt = 1; attempt <= experiment.asked.attempts; attempt++)
          this.#trials.push({
            agent: name,
            instance: id,
            attempt,
            state: 'due',
            rollout: null,
            graded: null,
          });
    // What changes between the two is read twice, and nothing is missed.
    this.#next = store.experiments.changes(experiment.experiment, Number.MAX_SAFE_INTEGER).next;
    // An agent at a time: the rows, which hold much that no table shows, are never all in memory.
    for (const { name: agent } of agents)
      for (const row of store.experiments.trials(experiment.experiment, { agent })) this.#take(row);
  }

  /** By place. Trials that were planned beside the plan are not there. */
  get trials(): readonly KeptTrial[] {
    return this.#trials;
  }

  /** Up to where the store's changes are in it. */
  get next(): number {
    return this.#next;
  }

  /** Reads what has changed since it was last read. True: something has. */
  refresh(): boolean {
    const { trials, next } = this.#store.experiments.changes(this.#experiment.experiment, this.#next);
    this.#next = next;
    for (const row of trials) this.#take(row);
    return trials.length > 0;
  }

  /** Places of those that have changed since `from`, a `next` of before, also of another process. */
  changedSince(from: number): { readonly places: readonly number[]; readonly next: number } {
    // Who knows nothing yet is told what is here: many who come at once, as after a restart, read no store for it.
    if (from <= 0) return { places: [...this.#trials.keys()], next: this.#next };
    const { trials, next } = this.#store.experiments.changes(this.#experiment.experiment, from);
    const places = trials.flatMap((row) => this.#take(row) ?? []);
    return { places, next };
  }

  /** Gives its place; null: it is not of the plan. */
  #take(row: TrialRow): number | null {
    const { attempts } = this.#experiment.asked;
    const [instance, agent] = [this.#instances.get(row.instance), this.#agents.get(row.agent)];
    if (instance === undefined || agent === undefined || row.attempt > attempts) return null;
    const place = (instance * this.#agents.size + agent) * attempts + row.attempt - 1;
    this.#trials[place] = kept(row);
    return place;
  }
}

function kept(row: TrialRow): KeptTrial {
  const { agent, instance, attempt, state, rollout } = row;
  const [graded] = gradedOf([row]);
  if (graded === undefined) return { agent, instance, attempt, state, rollout, graded: null };
  const {
    status,
    patch,
    resolved,
    resolvedByTry,
    probability,
    usd,
    outputTokens,
    seconds,
    gradeSeconds,
    steps,
    flags,
    infra,
  } = graded.result;
  const result = {
    ...{ status, patch, resolved, probability, usd, outputTokens, seconds, gradeSeconds, steps, infra },
    flags: flags.length === 0 ? (NO_FLAGS as string[]) : flags,
    ...(resolvedByTry === undefined ? {} : { resolvedByTry }),
  };
  return { agent, instance, attempt, state, rollout, graded: { result, outcome: graded.outcome } };
}
