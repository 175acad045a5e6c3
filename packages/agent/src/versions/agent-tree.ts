import {
  type ForeignTool,
  type OpIdentity,
  type RolloutConfig,
  type VersionTree,
  versionOf,
  withUses,
} from '@heddle/core';
import type { Model, ModelOptions } from '@heddle/models';
import type { Request } from '../hands.ts';
import { solo } from '../solo.ts';
import { sourcesOfTool, TOOL_NAMES } from '../tools/registry.ts';

/** Where the paths of our files start: the folder of the packages. */
const ROOT = new URL('../../../', import.meta.url).href;

/**
 * An agent as it ran: its code and prompts, its configuration, each tool its model was told of (source files,
 * description, schema), and the model's own code where that is ours. In an agent made of agents it is the loop that has
 * the tools, wherever it stands: the same part, with the same digest, as the loop alone.
 */
export function agentTree(
  agent: OpIdentity,
  config: RolloutConfig,
  tools: Request['tools'],
  model: Pick<Model, 'id' | 'source' | 'options'>,
): VersionTree {
  const { agent: recipe, ...loopConfig } = config;
  const loop = nodeOf(solo.op, loopConfig, model, [
    ...tools.map((tool) => toolTree(tool, config)),
    ...modelTree(model),
  ]);
  if (agent.version.digest === solo.op.version.digest) return loop;
  const parts = (agent.uses ?? []).map((used) => withLoop(used, loop));
  return nodeOf(agent, config, model, [...parts, ...modelTree(model)]);
}

function nodeOf(
  { name, kind = 'agent', source, also, prompts }: OpIdentity,
  config: RolloutConfig,
  model: Pick<Model, 'options'>,
  uses: readonly VersionTree[],
): VersionTree {
  return versionOf({
    kind,
    name,
    root: ROOT,
    ...(source === undefined ? {} : { source }),
    ...(also === undefined ? {} : { also }),
    prompts: { ...prompts, ...(config.system === undefined ? {} : { system: config.system }) },
    config: configurationOf(config, model),
    uses,
  });
}

/** The tree with the loop as it runs where it stands as code alone. */
function withLoop(tree: VersionTree, loop: VersionTree): VersionTree {
  if (tree.digest === solo.op.version.digest) return loop;
  const uses = tree.uses.map((used) => withLoop(used, loop));
  return uses.some((used, at) => used !== tree.uses[at]) ? withUses(tree, uses) : tree;
}

/**
 * What of a rollout's configuration is the agent's. Left out: the seed, which tells attempts of one agent apart; the
 * checks and the limits, which belong to the task (an agent is the same one in each repository, and as a part of
 * another); and the tools, each of which is a part of its own, in their order. The system prompt is a prompt. Added: how
 * the model is asked (effort, temperature…), which no event tells.
 */
export function configurationOf(
  config: RolloutConfig,
  { options: { seed: own, ...options } }: Pick<Model, 'options'> = { options: {} },
): Partial<RolloutConfig> & { readonly options?: ModelOptions } {
  const { seed, checks, checksFrom, tools, foreignTools, system, limits, ...its } = config;
  return { ...its, ...(Object.keys(options).length === 0 ? {} : { options }) };
}

function modelTree({ id, source }: Pick<Model, 'id' | 'source'>): VersionTree[] {
  return source === undefined ? [] : [versionOf({ name: id, root: ROOT, source })];
}

function toolTree({ name, description, inputSchema }: Request['tools'][number], config: RolloutConfig) {
  const ours = TOOL_NAMES.includes(name);
  const foreign: ForeignTool | undefined = config.foreignTools?.find((tool) => tool.name === name);
  return versionOf({
    kind: 'tool',
    name,
    root: ROOT,
    ...(ours && foreign === undefined ? sourcesOfTool(name, config.tools) : {}),
    prompts: { description: description ?? '' },
    config: { schema: inputSchema, ...(foreign === undefined ? {} : { server: foreign.server }) },
  });
}
