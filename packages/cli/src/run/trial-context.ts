import type { Store } from '@heddle/core';
import {
  type Entrant,
  type Experiment,
  type ExperimentPlan,
  entrantsOf,
  harnessGrounds,
  type Instance,
  instancesOf,
  scanAttempt,
  type TrialContext,
} from '@heddle/lab';
import type { SandboxKind } from '@heddle/workspace';
import { placeOf } from './evaluate-request.ts';

/** What an experiment's trials need here. */
export type PlacedTrials = Omit<TrialContext, 'signal' | 'observer'>;

interface Place {
  readonly home: string;
  readonly store: Store;
}

export function trialContext(
  plan: ExperimentPlan,
  entrants: readonly Entrant[],
  instances: readonly Instance[],
  { home, store }: Place,
): PlacedTrials {
  const byId = new Map(instances.map((each) => [each.id, each]));
  const byName = new Map(entrants.map((each) => [each.name, each]));
  return {
    ...{ store, home, plan },
    grounds: harnessGrounds(home, plan.sandbox as SandboxKind | 'auto'),
    flags: (attempt, signal) =>
      scanAttempt(attempt, { store, home, sandbox: plan.sandbox as SandboxKind | 'auto', signal }),
    entrant: (name) => byName.get(name)!,
    instance: (id) => byId.get(id)!,
  };
}

/** Of an experiment that was begun before, perhaps on another machine. Throws what its dataset or its agents lack here. */
export async function contextAgain({ asked }: Experiment, place: Place): Promise<PlacedTrials> {
  const [entrants, instances] = await Promise.all([
    placeOf(place.home).then((here) => entrantsOf(asked, here)),
    instancesOf(asked, place),
  ]);
  return trialContext(asked, entrants, instances, place);
}
