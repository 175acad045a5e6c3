import type { OpIdentity, RolloutConfig, VersionTree } from '@heddle/core';
import type { Model } from '@heddle/models';
import { solo } from '../solo.ts';
import { defaultToolsOf, loadTools, toolSpecs } from '../tools/registry.ts';
import { agentTree } from './agent-tree.ts';

/** What an agent is before it is given a task. */
export interface Setup {
  /** Of an agent made of agents; without one it is the default agent. */
  readonly agent?: OpIdentity;
  readonly model: Pick<Model, 'id' | 'source' | 'options' | 'tools' | 'contextTokens'>;
  /** Opt-in tools beside the default ones. */
  readonly tools: readonly string[];
  /** What else makes it what it is: a recipe, a memory model… */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * The version of an agent that has not run yet: its code and prompts, its tools, its model. Limits, sandbox and checks
 * belong to the task it will be given.
 */
export async function setupTree({ agent = solo.op, model, tools, settings }: Setup): Promise<VersionTree> {
  const names = [...new Set([...defaultToolsOf(model.id), ...(model.tools ?? []), ...tools])];
  const loaded = toolSpecs(await loadTools(names));
  const config = { model: model.id, contextTokens: model.contextTokens, tools: names, ...settings };
  return agentTree(agent, config as unknown as RolloutConfig, loaded, model);
}
