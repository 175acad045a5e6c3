import { EXIT, type Recorded, readJournal, type Store } from '@heddle/core';
import type { ModelErrorCode } from '@heddle/models';
import { SOLO_PROMPT } from './prompts/solo.ts';
import type { RolloutResult } from './rollout.ts';
import { RolloutState } from './state.ts';

/** The whole journal of a rollout, its ancestors' part included. */
export function readRollout(store: Store, rollout: string): Recorded[] {
  return readJournal(store, rollout);
}

export function stateOf(events: Iterable<Recorded>): RolloutState {
  return RolloutState.of(SOLO_PROMPT, events);
}

/** How a rollout stands, read from its journal alone. An unfinished one has status `interrupted`. */
export function resultOf(store: Store, rollout: string): RolloutResult {
  return resultOfState(store, rollout, stateOf(readRollout(store, rollout)));
}

export function resultOfState(store: Store, rollout: string, state: RolloutState): RolloutResult {
  const { completed, paused, failure } = state;
  const { spent, inherited } = state.ledger;
  const patch = completed?.patch ?? paused?.patch;
  const status = completed?.status ?? (paused?.code === 'model-unreachable' ? paused.code : 'interrupted');
  const verified = completed?.verified ?? false;
  return {
    rollout,
    status,
    verified,
    patch: patch === undefined ? '' : Buffer.from(store.objects.get(patch)).toString('utf8'),
    probability: completed?.probability ?? null,
    checks: state.config.checks.map(({ name, command }) => {
      const run = state.checks.get(name)!;
      return { name, command, before: run.before?.outcome ?? null, after: run.last?.outcome ?? null };
    }),
    steps: state.step + state.composition.steps,
    usage: state.usage,
    costUsd: spent.usd,
    seconds: spent.seconds,
    ...(inherited.steps > 0 ? { inherited } : {}),
    reason:
      completed === null
        ? (paused?.reason ?? 'its process ended before it was finished')
        : withDoubt(completed),
    ...(state.assumptions.length > 0 ? { assumptions: state.assumptions } : {}),
    ...(state.compared.length > 0 ? { compared: state.compared } : {}),
    ...(status === 'model-unreachable' && PREREQUISITES.has(failure?.code ?? '')
      ? { exitCode: EXIT.usage }
      : {}),
  };
}

/** A refused key or an unknown model is for the user to put right: no waiting helps. */
const PREREQUISITES: ReadonlySet<string> = new Set<ModelErrorCode>([
  'unauthorized',
  'forbidden',
  'not-found',
  'redirected',
  'bad-request',
]);

function withDoubt({ reason, why, verified }: { reason: string; why: string; verified: boolean }): string {
  if (why === '') return reason;
  return verified ? `${reason}\n${why}` : `${reason}\nNot verified: ${why}`;
}
