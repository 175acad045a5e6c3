import {
  messageOf,
  type RolloutConfig,
  type RolloutRow,
  type Store,
  type Within,
  walkJournal,
} from '@heddle/core';
import { hasKnownPrice, type ModelsConfig } from '@heddle/models';
import { resultOfState, stateOf } from './result.ts';
import type { RolloutResult } from './rollout.ts';
import { readableWithin } from './within.ts';

/** A rollout in a few facts, all read from its journal. */
export interface Overview extends Omit<RolloutResult, 'status' | 'costUsd'> {
  /** `running`: a live process works on it. */
  readonly status: RolloutResult['status'] | 'running';
  /** Null where the model's price is unknown. */
  readonly costUsd: number | null;
  readonly task: string;
  readonly repo: string;
  /** The agent's name. */
  readonly agent: string;
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

export interface Listed {
  readonly overview: Overview | Unreadable;
  /** Whose part it is; null: the person's own. */
  readonly within: Within | null;
}

export interface ListOptions {
  /** Of the person's own. */
  readonly limit?: number;
  /** With trials, and those that work for others, each after the one it works for, in the order in which they were begun. */
  readonly parts?: boolean;
}

/** One line of `heddle list` each; those that never began and trials of experiments are left out, and one that cannot be read does not hide the others. */
export function overviewsOf(
  store: Store,
  config: ModelsConfig,
  { limit = Number.POSITIVE_INFINITY, parts = false }: ListOptions = {},
): Listed[] {
  const listed: Listed[] = [];
  const waiting = new Map<string, Listed[]>();
  let own = 0;
  for (const row of store.rollouts({ trials: parts })) {
    if (own >= limit) break;
    const within = readableWithin(store, row.rollout);
    if (within !== null && !parts) continue;
    const overview = overviewOrReason(store, row, config);
    if (within !== null) {
      const others = waiting.get(within.rollout) ?? [];
      waiting.set(within.rollout, [...(overview === null ? [] : [{ overview, within }]), ...others]);
      continue;
    }
    own += 1;
    if (overview !== null) listed.push({ overview, within }, ...(waiting.get(row.rollout) ?? []));
  }
  return listed;
}

/** Null for a rollout whose process died before it wrote anything. */
function overviewOrReason(
  store: Store,
  { rollout, createdAt }: RolloutRow,
  config: ModelsConfig,
): Overview | Unreadable | null {
  try {
    return overviewOf(store, rollout, config);
  } catch (error) {
    return { rollout, status: 'unreadable', reason: messageOf(error), startedAt: createdAt };
  }
}

/** Null for a rollout whose process died before it wrote anything. */
export function overviewOf(store: Store, rollout: string, config: ModelsConfig): Overview | null {
  let startedAt: number | null = null;
  const noting = function* () {
    for (const recorded of walkJournal(store, rollout)) {
      if (recorded.rollout === rollout) startedAt ??= recorded.at;
      yield recorded;
    }
  };
  const state = stateOf(noting());
  if (startedAt === null) return null;
  const result = resultOfState(store, rollout, state);
  const over = state.completed !== null || state.paused !== null;
  return {
    ...result,
    status: !over && store.isRunning(rollout) ? 'running' : result.status,
    costUsd:
      state.config.peer !== undefined && !state.peer.tellsMoney
        ? null
        : knownCost(result, state.config.model, config),
    task: state.task.text,
    repo: state.task.repo,
    agent: state.agent.name,
    config: state.config,
    startedAt,
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
