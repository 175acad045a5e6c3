import { type RolloutResult, readRollout, resultOfState, stateOf } from '@heddle/agent';
import { messageOf, type RolloutConfig, type Store } from '@heddle/core';
import { hasKnownPrice, type ModelsConfig } from '@heddle/models';

/** A rollout in a few facts, all read from its journal. */
export interface Overview extends Omit<RolloutResult, 'status' | 'costUsd'> {
  /** `running`: a live process works on it. */
  readonly status: RolloutResult['status'] | 'running';
  /** Null where the model's price is unknown. */
  readonly costUsd: number | null;
  readonly task: string;
  readonly repo: string;
  readonly config: RolloutConfig;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** A rollout whose journal cannot be read here: damaged, or of a newer Heddle. */
export interface Unreadable {
  readonly rollout: string;
  readonly status: 'unreadable';
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** One line of `heddle list` each; those that never began are left out, and one that cannot be read does not hide the others. */
export function overviewsOf(
  store: Store,
  config: ModelsConfig,
  options: { readonly limit?: number } = {},
): (Overview | Unreadable)[] {
  return store.rollouts(options).flatMap(({ rollout, createdAt }): (Overview | Unreadable)[] => {
    try {
      const overview = overviewOf(store, rollout, config);
      return overview === null ? [] : [overview];
    } catch (error) {
      return [{ rollout, status: 'unreadable', reason: messageOf(error), startedAt: createdAt }];
    }
  });
}

/** Null for a rollout whose process died before it wrote anything. */
export function overviewOf(store: Store, rollout: string, config: ModelsConfig): Overview | null {
  const events = readRollout(store, rollout);
  const own = events.find((recorded) => recorded.rollout === rollout);
  if (own === undefined) return null;
  const state = stateOf(events);
  const result = resultOfState(store, rollout, state);
  const over = state.completed !== null || state.paused !== null;
  return {
    ...result,
    status: !over && store.isRunning(rollout) ? 'running' : result.status,
    costUsd: knownCost(result, state.config.model, config),
    task: state.task.text,
    repo: state.task.repo,
    config: state.config,
    startedAt: own.at,
  };
}

/** Null where nothing was counted because the model's price is unknown. */
export function knownCost(
  { costUsd, usage }: Pick<RolloutResult, 'costUsd' | 'usage'>,
  model: string,
  config: ModelsConfig,
): number | null {
  const used = usage.inputTokens + usage.outputTokens > 0;
  return used && costUsd === 0 && !hasKnownPrice(model, config) ? null : costUsd;
}
