import { resolve } from 'node:path';
import { type Limits, OperatorError, oneLine, printable } from '@heddle/core';
import type { DatasetOptions } from '../dataset.ts';
import { versionOfInstances } from '../datasets/dataset-version.ts';
import { isAddress } from '../datasets/download.ts';
import { readDataset } from '../datasets/registry.ts';
import { type Selection, selectInstances } from '../datasets/select.ts';
import type { Entrant } from '../entrant.ts';
import type { EntrantSpec } from '../entrants/spec.ts';
import type { Instance } from '../instance.ts';
import type { ExperimentPlan } from './plan.ts';

/** What a person asks of an experiment, before its dataset is read. */
export interface ExperimentRequest {
  /** Of a file or folder, or the address of a file. */
  readonly path: string;
  /** Heddle's data folder. */
  readonly home: string;
  /** Name of the dataset's form; without it the first that recognises the path. */
  readonly format?: string;
  readonly options: DatasetOptions;
  readonly selection: Selection;
  /** Of those selected: the ones that a census has shown to be sound. */
  readonly only?: (dataset: string, instance: Instance) => boolean;
  readonly agents: readonly { readonly spec: EntrantSpec; readonly entrant: Entrant }[];
  readonly attempts: number;
  readonly limits: Partial<Limits>;
  readonly seed: number;
  readonly sandbox: string;
  readonly network: boolean;
  readonly scorers: readonly string[];
}

/** What is planned, with what it takes to run it. */
export interface Requested {
  readonly plan: ExperimentPlan;
  readonly instances: readonly Instance[];
  /** What a person should know of the dataset. */
  readonly notes: readonly string[];
}

/**
 * Reads the dataset and makes the plan. Throws what `readDataset` and `selectInstances` throw, and OperatorError `bad-name`.
 */
export async function planOf(request: ExperimentRequest): Promise<Requested> {
  const { path, home, format, options, selection, only, attempts, limits, seed, sandbox, network } = request;
  const whole = await readDataset(path, { home, ...options, ...(format === undefined ? {} : { format }) });
  const selected = await selectInstances(whole, selection);
  const instances = selected.instances.filter((each) => only?.(whole.version, each) ?? true);
  const chosen =
    instances.length === selected.instances.length ? selected.version : await versionOfInstances(instances);
  refuseSteering([
    whole.name,
    ...instances.flatMap(({ id, cluster }) => [id, cluster]),
    ...request.agents.map(({ entrant }) => entrant.name),
  ]);
  return {
    plan: {
      format: 1,
      dataset: {
        ...{ name: whole.name, format: whole.format, version: whole.version, chosen },
        path: isAddress(path) ? path : resolve(path),
        options: absolute(options),
      },
      instances: instances.map(({ id, cluster }) => ({ id, cluster })),
      agents: request.agents.map(({ spec, entrant }) => ({
        ...{ name: entrant.name, spec: spec.text, kind: entrant.kind },
        ...{ version: entrant.version, model: entrant.model },
      })),
      ...{ attempts, limits: { ...limits }, seed, sandbox, network },
      scorers: [...request.scorers],
    },
    instances,
    notes: selected.notes,
  };
}

/** Names stand in every table of every terminal. A published one has no control characters; one made to harm may. */
function refuseSteering(names: readonly string[]): void {
  const bad = names.find((name) => printable(name) !== name || name.includes('\n'));
  if (bad === undefined) return;
  throw new OperatorError('bad-name', `the name "${oneLine(bad)}" has control characters in it`, {
    hint: 'agents, datasets, instances and clusters are called by plain text in one line',
  });
}

/** A plan is carried out wherever the person is by then. */
function absolute({ clones, environments, ...rest }: DatasetOptions): Record<string, unknown> {
  return {
    ...rest,
    ...(clones === undefined ? {} : { clones: resolve(clones) }),
    ...(environments === undefined ? {} : { environments: resolve(environments) }),
  };
}
