import { OperatorError } from '@heddle/core';
import type { DatasetOptions } from '../dataset.ts';
import { versionOfInstances } from '../datasets/dataset-version.ts';
import { readDataset } from '../datasets/registry.ts';
import type { Entrant } from '../entrant.ts';
import { type EntrantPlace, openEntrant } from '../entrants/registry.ts';
import { readEntrantSpecs } from '../entrants/spec.ts';
import type { Instance } from '../instance.ts';
import type { ExperimentPlan } from './plan.ts';

/**
 * The instances of a plan, read again. Throws OperatorError `dataset-changed`: half an experiment on other instances
 * would be no experiment; and what `readDataset` throws.
 */
export async function instancesOf(
  { dataset, instances }: ExperimentPlan,
  { home }: { readonly home: string },
): Promise<readonly Instance[]> {
  const { path, format, options, chosen } = dataset;
  const { instances: all } = await readDataset(path, { ...(options as DatasetOptions), format, home });
  const byId = new Map(all.map((each) => [each.id, each]));
  const found = instances.flatMap(({ id }) => byId.get(id) ?? []);
  const missing = instances.find(({ id }) => !byId.has(id));
  if (missing === undefined && (await versionOfInstances(found)) === chosen) return found;
  const what = missing === undefined ? 'other instances than' : `no ${missing.id}, unlike`;
  throw new OperatorError('dataset-changed', `${path} has ${what} when the experiment began`, {
    hint: 'put the dataset back as it was, or begin a new experiment',
  });
}

/**
 * The agents of a plan, made again. Throws OperatorError `agent-changed`: half an experiment with another agent would be
 * no experiment; and what opening them throws.
 */
export async function entrantsOf(
  { agents }: Pick<ExperimentPlan, 'agents'>,
  place: EntrantPlace,
): Promise<readonly Entrant[]> {
  const specs = readEntrantSpecs(agents.map(({ spec }) => spec));
  const entrants = await Promise.all(
    specs.map((spec, at) => openEntrant({ ...spec, name: agents[at]!.name }, place)),
  );
  const changed = agents.find(({ version }, at) => version !== entrants[at]!.version);
  if (changed === undefined) return entrants;
  throw new OperatorError(
    'agent-changed',
    `the agent ${changed.name} is not what it was when the experiment began`,
    {
      hint: 'put its code, prompts and configuration back as they were, or begin a new experiment with `heddle eval`',
    },
  );
}
