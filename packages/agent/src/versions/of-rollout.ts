import { readVersion, type Store, type VersionRow, type VersionTree } from '@heddle/core';
import { readRollout, stateOf } from '../result.ts';
import type { RolloutState } from '../state.ts';
import { configurationOf } from './agent-tree.ts';

/** What a rollout ran with. */
export interface RunVersion {
  readonly tree: VersionTree;
  /** Its place in the register; null: it was not recorded, and the tree is what the journal alone can tell. */
  readonly row: VersionRow | null;
  /** What it ran with that is not the agent's: the task, its checks and files, the seed. */
  readonly run: unknown;
}

/**
 * A rollout's version, as it ended if it was taken up by another. Null: its process died before it began. A rollout
 * that was never recorded (of an older Heddle, or dead within its first half second) has no tools in its tree, and no
 * code unless another of the same code was.
 */
export function versionOfRollout(store: Store, rollout: string): RunVersion | null {
  const events = readRollout(store, rollout);
  if (events.length === 0) return null;
  const state = stateOf(events);
  const row = store.versions.of(rollout).at(-1) ?? null;
  const tree = row === null ? null : readVersion(store.objects, row.digest);
  if (tree !== null) return { tree, row, run: runOf(state) };
  const { agent, config } = state;
  const code = readVersion(store.objects, agent.version);
  const known = code ?? { kind: 'agent', name: agent.name, files: {}, prompts: {}, uses: [] };
  return {
    tree: { ...known, config: configurationOf(config), digest: agent.version },
    row: null,
    run: runOf(state),
  };
}

function runOf({ task, config, workspace }: RolloutState): unknown {
  const { seed, checks, checksFrom, limits } = config;
  return { task: task.text, files: workspace?.base ?? null, seed, checks, checksFrom, limits };
}
