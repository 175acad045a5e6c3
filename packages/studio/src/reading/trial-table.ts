import type { Experiment } from '@heddle/lab';
import type { ChangedTrial, OutcomeLetter, TrialTableTold } from '../told/trial-table.ts';
import type { KeptTrial } from './trial-index.ts';

const LETTERS = { solved: 's', failed: 'f', limit: 'l', infra: 'i' } as const;

/** Enough for any sum that is shown. */
const USD_DIGITS = 6;

export function tableOf(
  { asked: { agents, attempts, instances } }: Experiment,
  trials: readonly KeptTrial[],
  { broken, cursor }: { readonly broken: ReadonlyMap<string, string>; readonly cursor: string },
): TrialTableTold {
  const clusters = [...new Set(instances.map(({ cluster }) => cluster))];
  const numbers = new Map(clusters.map((cluster, at) => [cluster, at]));
  const told = trials.map((trial, place) => changedTrial(trial, place));
  const sparse = <T>(of: (trial: ChangedTrial) => T | null) =>
    Object.fromEntries(
      told.flatMap((trial) => {
        const value = of(trial);
        return value === null ? [] : [[trial.place, value] as const];
      }),
    );
  return {
    agents: agents.map(({ name }) => name),
    attempts,
    clusters,
    instances: instances.map(({ id, cluster }) => [id, numbers.get(cluster)!] as const),
    broken: Object.fromEntries(
      instances.flatMap(({ id }, at) => (broken.has(id) ? [[at, broken.get(id)!] as const] : [])),
    ),
    outcomes: told.map(({ outcome }) => outcome).join(''),
    rollouts: told.map(({ rollout }) => rollout),
    usd: told.map(({ usd }) => usd),
    seconds: told.map(({ seconds }) => seconds),
    steps: told.map(({ steps }) => steps),
    probabilities: told.map(({ probability }) => probability),
    flags: sparse(({ flags }) => (flags.length === 0 ? null : flags)),
    infra: sparse(({ infra }) => infra),
    cursor,
  };
}

export function changedTrial({ state, rollout, graded }: KeptTrial, place: number): ChangedTrial {
  const result = graded?.result ?? null;
  return {
    ...{ place, rollout },
    outcome: graded === null ? open(state) : LETTERS[graded.outcome],
    usd: result === null ? null : Number(result.usd.toFixed(USD_DIGITS)),
    seconds: result === null ? null : Math.round(result.seconds * 10) / 10,
    steps: result?.steps ?? null,
    probability: result?.probability ?? null,
    flags: result?.flags ?? [],
    infra: result?.infra == null ? null : `${result.infra.code}: ${result.infra.message}`,
  };
}

function open(state: KeptTrial['state']): OutcomeLetter {
  return state === 'running' ? 'r' : 'd';
}
