import { canonicalJson, type OpIdentity, recordVersion, type Store, type VersionTree } from '@heddle/core';
import type { Model } from '@heddle/models';
import type { Session } from '../loop.ts';
import { agentTree, configurationOf } from './agent-tree.ts';

/**
 * By then the first request is on its way. The texts behind a version are read and packed once in a home, which takes
 * longer than all the rest of a start.
 */
const RECORD_AFTER_MS = 500;

/**
 * Records what a rollout runs with, a little after its start. The function it gives does so at once, if it has not
 * been done: at the end, before anybody asks. Of an agent made of agents the tools are those of its loops.
 *
 * Whatever is in the way (a full disk, which the rollout's own events tell of; sources that were replaced meanwhile)
 * must not cost the rollout: the next one of this version tries again.
 */
export function recordRun(
  agent: OpIdentity,
  rollout: string,
  session: Pick<Session, 'state' | 'tools' | 'toolsDigest'>,
  model: Model,
  store: Store,
): () => void {
  let recorded = false;
  const record = () => {
    clearTimeout(timer);
    // One that ended before it began has no configuration.
    if (recorded || session.state.events === 0) return;
    try {
      const tree = treeOf(agent, session, model);
      recordVersion(store, tree, { at: Date.now(), rollout, beside: [agent.version] });
      recorded = true;
    } catch {
      // See above.
    }
  };
  const timer = setTimeout(record, RECORD_AFTER_MS);
  return record;
}

/** Of this process: many rollouts of one agent are of few versions, and a tree is a walk over all its files. */
const trees = new Map<string, VersionTree>();

function treeOf(
  agent: OpIdentity,
  { state, tools, toolsDigest }: Pick<Session, 'state' | 'tools' | 'toolsDigest'>,
  model: Model,
): VersionTree {
  const { config } = state;
  const its = configurationOf(config, model);
  const key = canonicalJson([
    agent.version.digest,
    its,
    toolsDigest,
    config.foreignTools,
    config.system,
    model.source,
  ]);
  const tree = trees.get(key) ?? agentTree(agent, config, tools, model);
  trees.set(key, tree);
  return tree;
}
