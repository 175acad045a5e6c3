import { actionTitle, firstParting } from '@heddle/agent';
import { digestOf, type Store } from '@heddle/core';
import {
  type AgentComparison,
  type AmountComparison,
  brokenInstances,
  type ComparedSide,
  compareSides,
  type ShownFlip,
  sidesOf,
} from '@heddle/lab';
import type {
  AmountsTold,
  AttemptTold,
  ComparedSideTold,
  CompareTold,
  FlipTold,
  PartingActTold,
  PartingTold,
} from '../told/compare.ts';
import type { ExperimentShelf } from './experiment-shelf.ts';
import { RecentMap } from './recent-map.ts';
import { intervalTold } from './statistics-told.ts';
import { changedTrial } from './trial-table.ts';
import { addressOf, changeTold, versionDiffTold } from './version-told.ts';

/** Comparisons kept: each costs thousands of drawn samples. */
const MOST_KEPT = 8;
const MAX_TITLE = 300;

/** `EXPERIMENT:AGENT` each; without b the two agents of experiment a. */
export interface AskedPair {
  readonly a: string;
  readonly b?: string | undefined;
  /** Leaves out what people have marked as broken. */
  readonly withoutBroken?: boolean;
}

interface Kept {
  /** How far the experiments of both were. */
  readonly mark: string;
  readonly told: CompareTold;
}

/** Comparisons of two agents, made anew only when trials of theirs have changed. */
export class Comparisons {
  readonly #store: Store;
  readonly #shelf: ExperimentShelf;
  readonly #kept = new RecentMap<string, Kept>(MOST_KEPT);

  constructor(store: Store, shelf: ExperimentShelf) {
    this.#store = store;
    this.#shelf = shelf;
  }

  /** Throws what `sidesOf` and `compareSides` throw. */
  of(asked: AskedPair): CompareTold {
    return this.#now(asked).told;
  }

  /** The same, if trials of the two have changed since `cursor`. */
  news(asked: AskedPair, cursor: string | null) {
    const { mark, told } = this.#now(asked);
    return mark === cursor ? null : { cursor: mark, data: told };
  }

  #now({ a, b, withoutBroken = false }: AskedPair): Kept {
    const sides = sidesOf(this.#store, a, b);
    const names = sides.map(({ experiment, agent }) => [experiment.experiment, agent.name] as const);
    const key = JSON.stringify([...names, withoutBroken]);
    const marked = sides.map(({ experiment: { asked } }) => [...brokenInstances(this.#store, asked).keys()]);
    const changed = names.map(([experiment]) => this.#shelf.get(experiment).changed);
    const mark = `${changed.join()}${marked.flat().length === 0 ? '' : `~${digestOf(JSON.stringify(marked))}`}`;
    const kept = this.#kept.get(key);
    if (kept?.mark === mark) return kept;
    const made = { mark, told: this.#told(compareSides(this.#store, sides, { partings: 0, withoutBroken })) };
    this.#kept.set(key, made);
    return made;
  }

  #told(compared: AgentComparison): CompareTold {
    const { comparison: c, spoilt, broken, a, b } = compared;
    return {
      ...{ a: this.#side(a), b: this.#side(b), spoilt, broken, warnings: warningsOf(compared) },
      ...{ tasks: c.tasks, clusters: c.clusters, attempts: c.attempts },
      onlyIn: { a: c.onlyInA, b: c.onlyInB },
      rates: { a: intervalTold(c.a), b: intervalTold(c.b) },
      difference: intervalTold(c.difference),
      onTheseTasks: c.onTheseTasks === null ? null : intervalTold(c.onTheseTasks),
      bootstrap: intervalTold(c.bootstrap),
      ...{ p: c.test.p, test: c.test.method },
      se: { total: c.se.total, prediction: c.se.prediction, unpaired: c.se.unpaired },
      ...{ mcnemar: c.mcnemar, wins: c.wins, noise: c.noise, correlation: c.correlation },
      ...{ detectable: c.detectable, required: c.required },
      slices: c.slices.map((slice) => ({ ...slice, difference: intervalTold(slice.difference) })),
      usd: amountsTold(compared.usd),
      outputTokens: amountsTold(compared.outputTokens),
      seconds: amountsTold(compared.seconds),
      flips: this.#flips(compared),
      conditions: compared.conditions.map(changeTold),
      versions: compared.versions === null ? null : versionDiffTold(compared.versions),
    };
  }

  #side({ experiment, name, agent, counts }: ComparedSide): ComparedSideTold {
    const ran = this.#shelf
      .get(experiment)
      .trials.filter((trial) => trial.agent === agent.name)
      .find(({ rollout }) => rollout !== null && this.#store.versions.of(rollout).length > 0);
    const version = ran === undefined ? undefined : this.#store.versions.of(ran.rollout!).at(-1);
    return {
      ...{ experiment, name, agent: agent.name, model: agent.model, counts },
      version: version === undefined ? null : addressOf(version),
    };
  }

  #flips({ a, b, flipped }: AgentComparison): FlipTold[] {
    const attemptsOf = ({ experiment, agent }: ComparedSide) => {
      const own = this.#shelf.get(experiment).trials.filter((trial) => trial.agent === agent.name);
      return Map.groupBy(own, ({ instance }) => instance);
    };
    const [ofA, ofB] = [attemptsOf(a), attemptsOf(b)];
    const attempts = (of: typeof ofA, { instance }: ShownFlip) =>
      (of.get(instance) ?? []).map((trial): AttemptTold => [changedTrial(trial, 0).outcome, trial.rollout]);
    return flipped.map((flip) => ({
      ...{ instance: flip.instance, cluster: flip.cluster, difference: flip.difference },
      ...{ a: attempts(ofA, flip), b: attempts(ofB, flip), rollouts: flip.rollouts },
    }));
  }
}

function warningsOf({ comparison, spoilt, conditions }: AgentComparison): string[] {
  const say = (value: unknown) =>
    value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
  return [
    ...(spoilt === 0
      ? []
      : [
          `${spoilt} ${spoilt === 1 ? 'trial' : 'trials'} ended without a verdict (infra): what follows is not the planned comparison. “heddle eval --resume EXPERIMENT --retry-infra” tries them again.`,
        ]),
    ...(conditions.length === 0
      ? []
      : [
          `Not run alike: ${conditions.map(({ key, was, is }) => `${key} ${say(was)} and ${say(is)}`).join('; ')}.`,
        ]),
    ...comparison.warnings,
  ];
}

function amountsTold({ a, b, ratio }: AmountComparison): AmountsTold {
  const side = ({ total, median, perSolved }: AmountComparison['a']) => ({ total, median, perSolved });
  const known = a.total > 0 && b.total > 0;
  return { a: side(a), b: side(b), ratio: known ? intervalTold(ratio) : null };
}

/** Where two rollouts went different ways; both journals are read. */
export function partingOf(store: Store, rollouts: readonly [string, string]): PartingTold {
  const parting = firstParting(store, rollouts);
  if (parting === null) return { parting: null };
  const act = (made: typeof parting.a): PartingActTold | null =>
    made === null ? null : { step: made.step, title: actionTitle(made.tool, made.input).slice(0, MAX_TITLE) };
  return { parting: { same: parting.same, a: act(parting.a), b: act(parting.b) } };
}
