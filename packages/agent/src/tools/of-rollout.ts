import type { RolloutConfig } from '@heddle/core';
import type { ServerPool } from '../mcp/pool.ts';
import type { Tool } from '../tool.ts';
import { loadTools } from './registry.ts';

/**
 * The tools of a rollout: ours by name, then those of servers as they were when it began. `servers` null: nobody calls
 * those of servers (a replay, a look at the prompt). Throws OperatorError `unknown-tool`.
 */
export async function toolsOf(
  { tools: names, foreignTools: specs = [] }: Pick<RolloutConfig, 'tools' | 'foreignTools'>,
  servers: ServerPool | null,
): Promise<Map<string, Tool>> {
  const tools = await loadTools(names);
  if (specs.length === 0) return tools;
  const { foreignTools } = await import('../mcp/foreign-tools.ts');
  for (const tool of foreignTools(specs, servers)) tools.set(tool.name, tool as Tool);
  return tools;
}
