import type { ExperimentRow, Store } from '@heddle/core';
import { readPlan, reportOf } from '@heddle/lab';
import type { ExperimentTold } from '../told/experiment.ts';
import type { ExperimentLine } from '../told/lines.ts';
import type { ExperimentShelf } from './experiment-shelf.ts';
import type { Lines, ListOptions } from './rollout-lines.ts';

/** Lines of experiments, made anew only when their trials have changed: a headline reads every row of an experiment. */
export class ExperimentLines {
  readonly #store: Store;
  readonly #known = new Map<string, { readonly mark: string; readonly line: ExperimentLine }>();

  readonly #shelf: ExperimentShelf;

  constructor(store: Store, shelf: ExperimentShelf) {
    this.#store = store;
    this.#shelf = shelf;
  }

  /** Newest first. Those not known yet are read until `until`, at least one, as rollouts' are. */
  list({ limit, until }: Pick<ListOptions, 'limit' | 'until'>): Lines<ExperimentLine> {
    const lines: ExperimentLine[] = [];
    let pending = 0;
    let read = 0;
    for (const row of this.#store.experiments.list({ limit })) {
      const known = this.#known.has(row.experiment);
      if (!known && read > 0 && performance.now() > until) {
        pending += 1;
        continue;
      }
      if (!known) read += 1;
      lines.push(this.of(row));
    }
    return { lines, pending };
  }

  of(row: ExperimentRow): ExperimentLine {
    const counts = this.#store.experiments.counts(row.experiment);
    const mark = JSON.stringify(counts);
    // While it runs it changes often: then only what has changed is read.
    if (counts.some(({ state }) => state === 'running') && this.#isLive(row))
      return lineOf(this.#shelf.get(row.experiment).headOfLate());
    const known = this.#known.get(row.experiment);
    if (known?.mark === mark) return known.line;
    const line = this.#read(row);
    this.#known.set(row.experiment, { mark, line });
    return line;
  }

  #read(row: ExperimentRow): ExperimentLine {
    const asked = readPlan(this.#store, row.plan);
    const report = reportOf(this.#store, { ...row, asked });
    return {
      ...{ experiment: row.experiment, name: row.name, createdAt: row.createdAt },
      dataset: asked.dataset.name,
      instances: asked.instances.length,
      attempts: asked.attempts,
      trials: report.trials,
      agents: report.agents.map(({ agent, description, counts, usd }) => ({
        name: agent.name,
        solved:
          description === null
            ? null
            : { value: description.mean.value, low: description.mean.low, high: description.mean.high },
        infra: counts.infra,
        usd: usd.total,
      })),
      ...{ live: false, toGo: null },
    };
  }

  #isLive({ experiment }: ExperimentRow): boolean {
    return this.#store.experiments
      .trials(experiment, { state: 'running' })
      .some(({ rollout }) => rollout !== null && this.#store.isRunning(rollout));
  }
}

function lineOf({ agents, toGo, ...head }: ExperimentTold): ExperimentLine {
  return {
    ...{ experiment: head.experiment, name: head.name, createdAt: head.createdAt },
    ...{ instances: head.instances, attempts: head.attempts, trials: head.trials, live: head.live },
    dataset: head.dataset.name,
    agents: agents.map(({ name, solved, counts, usd }) => {
      const interval = solved?.onTasksLikeThese;
      const { value = 0, low = null, high = null } = interval ?? {};
      return {
        name,
        solved: interval === undefined ? null : { value, low: low ?? 0, high: high ?? 1 },
        ...{ infra: counts.infra, usd: usd.total },
      };
    }),
    toGo: toGo === null ? null : { seconds: toGo.seconds, usd: toGo.usd },
  };
}
