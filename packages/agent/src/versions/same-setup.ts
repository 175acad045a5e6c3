import { canonicalJson, digestOf, OperatorError, type Store } from '@heddle/core';
import { readRollout, resultOfState } from '../result.ts';
import type { RolloutResult, SameAs } from '../rollout.ts';
import type { RolloutState } from '../state.ts';
import { firstDifference } from './first-difference.ts';

/** A rollout's result, and how it stands to an earlier one; what is in the way of comparing must not cost the result. */
export function comparedResult(store: Store, rollout: string, state: RolloutState): RolloutResult {
  const result = resultOfState(store, rollout, state);
  try {
    const same = sameAs(store, rollout, state);
    return same === undefined ? result : { ...result, sameAs: same };
  } catch (error) {
    if (error instanceof OperatorError) return result;
    throw error;
  }
}

/**
 * Notes a finished rollout's result and compares it with the last earlier one of the same set-up, found by an index.
 * Undefined: there is none, or this one was taken up by another version, forked, or told things by a person, which no
 * set-up covers. Both journals are read only where the results differ.
 *
 * Guides, skills, hooks and the guard are the user's and not the agent's: where they make a difference, the first event
 * that differs shows it.
 */
function sameAs(store: Store, rollout: string, state: RolloutState): SameAs | undefined {
  const setup = setupOf(store, rollout, state);
  if (setup === null) return undefined;
  const { status, verified, patch } = state.completed!;
  const result = digestOf(canonicalJson({ status, verified, patch }));
  const earlier = store.results.settle({ rollout, setup, result });
  if (earlier === null) return undefined;
  if (earlier.result === result) return { rollout: earlier.rollout, result: 'same' };
  const [before, now] = [earlier.rollout, rollout].map((each) => readRollout(store, each));
  return { rollout: earlier.rollout, result: 'different', parts: firstDifference(before!, now!) };
}

/** Digest of what the result should follow from; null: more went into it than can be told. The tree has the model. */
function setupOf(store: Store, rollout: string, state: RolloutState): string | null {
  const { completed, workspace, task, config, words, answers } = state;
  if (completed === null || completed.status === 'failed' || workspace === null) return null;
  if (words.length > 0 || answers.length > 0) return null;
  const [row] = store.rollouts({ prefix: rollout, limit: 1 });
  const [tree, another] = store.versions.of(rollout);
  if (row?.parent !== null || tree === undefined || another !== undefined) return null;
  const { seed, checks, limits } = config;
  const { digest } = tree;
  return digestOf(
    canonicalJson({ tree: digest, seed, task: task.text, checks, limits, base: workspace.base }),
  );
}
