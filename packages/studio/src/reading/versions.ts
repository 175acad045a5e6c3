import { diffVersions, OperatorError, type Store, type VersionKind, type VersionRow } from '@heddle/core';
import { readPlan } from '@heddle/lab';
import type {
  DatasetTold,
  UseTold,
  VersionDiffTold,
  VersionHistoryTold,
  VersionPairTold,
  VersionsTold,
} from '../told/version.ts';
import { addressOf, treeOf, versionDiffTold, versionNamed } from './version-told.ts';

/** Rollouts that are named for each version. */
const MOST_ROLLOUTS = 8;

/** What agents were made of, and the datasets they were tried on. */
export class Versions {
  readonly #store: Store;
  /** By the plan's digest: a plan never changes. */
  readonly #datasets = new Map<string, Pick<DatasetTold, 'name' | 'format'> & { readonly version: string }>();

  constructor(store: Store) {
    this.#store = store;
  }

  list(now: number): VersionsTold {
    const rows = this.#store.versions.list();
    const byName = [...Map.groupBy(rows, ({ kind, name }) => `${kind}:${name}`).values()];
    const versions = byName
      .map((all) => ({ ...all.at(-1)!, count: all.length }))
      .sort((a, b) => b.at - a.at || a.name.localeCompare(b.name));
    return { now, versions, datasets: this.#datasetsUsed() };
  }

  /** Throws OperatorError `no-such-version`. */
  history(kind: string, name: string, now: number): VersionHistoryTold {
    const rows = this.#store.versions.list({ kind: kind as VersionKind, name });
    if (rows.length === 0)
      throw new OperatorError('no-such-version', `there is no ${kind} called ${name}`, {
        hint: 'the page of versions lists what there is',
      });
    const versions = rows.map((row, at) => {
      const uses = this.#store.versions.usesOf(row, MOST_ROLLOUTS);
      return {
        ...row,
        since: at === 0 ? null : this.#change(rows[at - 1]!, row),
        experiments: uses.experiments.flatMap((experiment) => this.#experiment(experiment)),
        lately: uses.rollouts,
      };
    });
    return { now, kind, name, versions: versions.reverse() };
  }

  /** Throws OperatorError `no-such-version`, `version-missing`. */
  pair(a: string, b: string): VersionPairTold {
    const [was, is] = [versionNamed(this.#store, a), versionNamed(this.#store, b)];
    const diff = this.#change(was, is);
    if (diff !== null) return { a: addressOf(was), b: addressOf(is), diff };
    throw new OperatorError('version-missing', 'one of the two is registered, but its content is not kept', {
      hint: 'the data folder has lost objects; compare another version',
    });
  }

  #change(was: VersionRow, is: VersionRow): VersionDiffTold | null {
    const [before, after] = [treeOf(this.#store, was), treeOf(this.#store, is)];
    return before === null || after === null ? null : versionDiffTold(diffVersions(before, after));
  }

  #experiment(experiment: string): UseTold[] {
    const [row] = this.#store.experiments.list({ prefix: experiment, limit: 1 });
    return row === undefined ? [] : [{ experiment, name: row.name }];
  }

  #datasetsUsed(): DatasetTold[] {
    const used = this.#store.experiments.list().flatMap((row) => {
      const dataset = this.#datasetOf(row.plan);
      return dataset === null ? [] : [{ ...row, dataset }];
    });
    return [...Map.groupBy(used, ({ dataset }) => dataset.name)].map(([name, own]) => ({
      ...{ name, format: own[0]!.dataset.format },
      versions: [...Map.groupBy(own, ({ dataset }) => dataset.version)].map(([version, experiments]) => ({
        ...{ version, at: experiments.at(-1)!.createdAt },
        experiments: experiments.map(({ experiment, name: called }) => ({ experiment, name: called })),
      })),
    }));
  }

  /** Null: it is of a newer Heddle. */
  #datasetOf(plan: string) {
    const known = this.#datasets.get(plan);
    if (known !== undefined) return known;
    try {
      const { name, format, version } = readPlan(this.#store, plan).dataset;
      this.#datasets.set(plan, { name, format, version });
      return { name, format, version };
    } catch (error) {
      if (error instanceof OperatorError) return null;
      throw error;
    }
  }
}
