import {
  type ForeignTool,
  type OpIdentity,
  type RolloutConfig,
  type VersionTree,
  versionOf,
} from '@heddle/core';
import type { Request } from '../hands.ts';
import { sourcesOfTool, TOOL_NAMES } from '../tools/registry.ts';

/** Where the paths of our files start: the folder of the packages. */
const ROOT = new URL('../../../', import.meta.url).href;

/**
 * An agent as it ran: its code and prompts, its configuration, and each tool its model was told of (source files,
 * description, schema).
 */
export function agentTree(
  { name, kind = 'agent', source, also, prompts, uses = [] }: OpIdentity,
  config: RolloutConfig,
  tools: Request['tools'],
): VersionTree {
  return versionOf({
    kind,
    name,
    root: ROOT,
    ...(source === undefined ? {} : { source }),
    ...(also === undefined ? {} : { also }),
    ...(prompts === undefined ? {} : { prompts }),
    config: configurationOf(config),
    uses: [...uses, ...tools.map((tool) => toolTree(tool, config))],
  });
}

/**
 * What of a rollout's configuration is the agent's. Left out: the seed, which tells attempts of one agent apart; the
 * checks, which belong to the task (an agent is the same one in each repository); and the tools, each of which is a
 * part of its own, in their order.
 */
export function configurationOf(config: RolloutConfig): Partial<RolloutConfig> {
  const { seed: _, checks: __, checksFrom: ___, tools: ____, foreignTools: _____, ...its } = config;
  return its;
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
